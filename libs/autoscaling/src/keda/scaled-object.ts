import { hpaSettings, type HpaManifest, type HpaSettings } from '../hpa/hpa.settings.js'
import type { KafkaTrigger } from './kafka-lag.js'

/** The part of a ScaledObject that decides how many replicas there are. */
export interface ScaledObject {
  /** Seconds between two looks that decide between none and some. */
  pollingInterval: number
  /** Seconds without activity after which the last replicas go. */
  cooldownPeriod: number
  initialCooldownPeriod: number
  minReplicaCount: number
  maxReplicaCount: number
  idleReplicaCount: number | undefined
  fallback: { failureThreshold: number; replicas: number } | undefined
  metricType: 'AverageValue' | 'Value'
  /** `advanced.horizontalPodAutoscalerConfig.behavior` */
  behavior: HpaManifest['behavior']
}

/**
 * A ScaledObject with KEDA's defaults (apis/keda/v1alpha1, pkg/scaling/executor, KEDA 2.16.1).
 *
 * @throws RangeError where the counts contradict each other: `CheckReplicaCountBoundsAreValid`, `CheckFallbackValid`
 */
export function scaledObject(given: Partial<ScaledObject> = {}): ScaledObject {
  const object: ScaledObject = {
    pollingInterval: 30,
    cooldownPeriod: 300,
    initialCooldownPeriod: 0,
    minReplicaCount: 0,
    maxReplicaCount: 100,
    idleReplicaCount: undefined,
    fallback: undefined,
    metricType: 'AverageValue',
    behavior: undefined,
    ...given,
  }
  const { minReplicaCount, maxReplicaCount, idleReplicaCount, fallback } = object
  if (minReplicaCount > maxReplicaCount) {
    throw new RangeError(
      `minReplicaCount ${minReplicaCount} is above maxReplicaCount ${maxReplicaCount}.`,
    )
  }
  if (idleReplicaCount !== undefined && idleReplicaCount >= minReplicaCount) {
    throw new RangeError(
      `idleReplicaCount ${idleReplicaCount} is not below minReplicaCount ${minReplicaCount}.`,
    )
  }
  if (fallback && (fallback.failureThreshold < 0 || fallback.replicas < 0)) {
    throw new RangeError('fallback.failureThreshold and fallback.replicas are 0 or more.')
  }
  return object
}

/**
 * The HorizontalPodAutoscaler that KEDA makes, and leaves everything between one replica and the most to:
 * `newHPAForScaledObject` in controllers/keda/hpa.go, `GetHPAMinReplicas`. It never asks for less than one.
 *
 * @param cluster what the cluster's controller is started with, where that is not the default
 */
export function hpaOf(
  object: ScaledObject,
  trigger: KafkaTrigger,
  cluster: Pick<HpaManifest, 'tolerance' | 'downscaleStabilizationSeconds'> = {},
): HpaSettings {
  return hpaSettings({
    ...cluster,
    minReplicas: Math.max(1, object.minReplicaCount),
    maxReplicas: object.maxReplicaCount,
    metrics: [{ name: 'The lag', type: object.metricType, target: trigger.lagThreshold }],
    behavior: object.behavior,
  })
}

/**
 * What the HPA is told while the scaler fails: `GetMetricsWithFallback`, pkg/fallback/fallback.go. Below the threshold and
 * without a fallback nothing, and then it leaves the replicas as they are; afterwards the value that makes it ask for
 * `fallback.replicas`.
 *
 * @param metric undefined: it could not be had
 * @param failures in a row so far
 */
export function withFallback(
  object: ScaledObject,
  trigger: KafkaTrigger,
  metric: number | undefined,
  failures: number,
): { metric: number | undefined; failures: number; isFallback: boolean } {
  if (metric !== undefined) return { metric, failures: 0, isFallback: false }
  const { fallback, metricType } = object
  const failed = failures + 1
  if (!fallback || metricType !== 'AverageValue' || failed <= fallback.failureThreshold) {
    return { metric: undefined, failures: failed, isFallback: false }
  }
  return { metric: fallback.replicas * trigger.lagThreshold, failures: failed, isFallback: true }
}

export interface ActivityObservation {
  /** In seconds. */
  at: number
  current: number
  isActive: boolean
  /** Whether the scaler failed. */
  isError: boolean
  /** When the ScaledObject was made. */
  createdAt: number
  /** When it was last active; undefined: never, as far as KEDA knows. */
  lastActiveAt: number | undefined
}

export interface ActivityDecision {
  at: number
  current: number
  replicas: number
  because:
    | 'activated'
    | 'active'
    | 'fallback'
    | 'cooled-down'
    | 'cooling-down'
    | 'below-minimum'
    | 'nothing-to-do'
  object: ScaledObject
  lastActiveAt: number | undefined
}

/** One look of KEDA's operator, which decides between none and some: `RequestScale`, pkg/scaling/executor. */
export function decideActivity(
  object: ScaledObject,
  { at, current, isActive, isError, createdAt, lastActiveAt }: ActivityObservation,
): ActivityDecision {
  const { minReplicaCount, idleReplicaCount, fallback } = object
  const is = (because: ActivityDecision['because'], replicas: number, active = lastActiveAt) => ({
    at,
    current,
    replicas,
    because,
    object,
    lastActiveAt: active,
  })
  if (isActive) {
    const isIdle = idleReplicaCount !== undefined && current < minReplicaCount
    if (isIdle || current === 0) return is('activated', Math.max(1, minReplicaCount), at)
    return is('active', current, isError ? lastActiveAt : at)
  }
  if (isError && fallback && fallback.replicas !== 0) return is('fallback', fallback.replicas)
  if (isError && !fallback) return is('nothing-to-do', current)
  const mayGo =
    idleReplicaCount === undefined
      ? current > 0 && minReplicaCount === 0
      : current > idleReplicaCount
  if (mayGo) {
    const isOver =
      lastActiveAt === undefined
        ? createdAt + object.initialCooldownPeriod < at
        : lastActiveAt + object.cooldownPeriod < at
    if (!isOver) return is('cooling-down', current)
    return is('cooled-down', idleReplicaCount ?? minReplicaCount)
  }
  if (current < minReplicaCount && idleReplicaCount === undefined) {
    return is('below-minimum', minReplicaCount)
  }
  return is('nothing-to-do', current)
}
