import type { MetricSpec } from './hpa.settings.js'

/** The values of a metric that has one for each pod. */
export interface PodReadings {
  /** Of the pods that run and have one. */
  values: readonly number[]
  /** Pods that run and have none. */
  missing: number
  /** Pods that are not running yet. */
  pending: number
}

/** What came of asking for a metric; undefined: it could not be had. */
export type Reading = number | PodReadings | undefined

export interface Tolerances {
  scaleUp: number
  scaleDown: number
}

/** What one metric asks for. */
export interface Proposal {
  metric: MetricSpec
  /** In all; of a metric with a value for each pod, their average. Undefined: it could not be had. */
  value: number | undefined
  /** Of what is used to what the target allows; undefined as above. */
  ratio: number | undefined
  tolerances: Tolerances
  /** Whether the ratio is so near to 1 that nothing is to change. */
  isWithinTolerance: boolean
  /** Pods by which the ratio was multiplied; undefined where the value itself was divided. */
  multiplied: number | undefined
  /** Undefined: this metric is invalid. */
  replicas: number | undefined
}

export interface Scale {
  specReplicas: number
  statusReplicas: number
  readyPods: number
}

/**
 * The replicas that one metric asks for: `computeStatusForExternalMetric` and `computeStatusForPodsMetric` in
 * pkg/controller/podautoscaler/horizontal.go, Kubernetes 1.33.
 *
 * @throws TypeError for values of pods where one is wanted, or the other way round
 */
export function proposalOf(
  metric: MetricSpec,
  reading: Reading,
  scale: Scale,
  tolerances: Tolerances,
): Proposal {
  const basis = { metric, tolerances }
  const isQuantity = typeof reading !== 'number' || Number.isFinite(reading)
  if (reading === undefined || !isQuantity) return { ...basis, ...INVALID }
  if ((typeof reading === 'object') !== (metric.type === 'Pods')) {
    throw new TypeError(
      `${metric.name} has a target of type ${metric.type}: that is another reading.`,
    )
  }
  if (typeof reading === 'object') return { ...basis, ...fromPods(metric, reading, scale, basis) }
  const fromOne = metric.type === 'Value' ? fromValue : fromAverage
  return { ...basis, ...fromOne(metric, reading, scale, basis) }
}

type Result = Omit<Proposal, 'metric' | 'tolerances'>
type Basis = Pick<Proposal, 'tolerances'>

const INVALID: Result = {
  value: undefined,
  ratio: undefined,
  isWithinTolerance: false,
  multiplied: undefined,
  replicas: undefined,
}

/** `Tolerances.isWithin`. Of no replicas the ratio is infinite, or not a number: never within. */
function isWithin(ratio: number, { scaleUp, scaleDown }: Tolerances): boolean {
  return 1 - scaleDown <= ratio && ratio <= 1 + scaleUp
}

/** `Quantity.MilliValue` rounds up; the last digits of a binary fraction are no reason to. */
function milli(value: number): number {
  return Math.ceil(Math.round(value * 1e9) / 1e6)
}

/** `GetExternalPerPodMetricReplicas`: the value divided by what one pod is to have. Readiness does not matter. */
function fromAverage(
  { target }: MetricSpec,
  value: number,
  { statusReplicas }: Scale,
  { tolerances }: Basis,
): Result {
  const ratio = milli(value) / (milli(target) * statusReplicas)
  const isWithinTolerance = isWithin(ratio, tolerances)
  const replicas = isWithinTolerance ? statusReplicas : Math.ceil(milli(value) / milli(target))
  return { value, ratio, isWithinTolerance, multiplied: undefined, replicas }
}

/**
 * `GetExternalMetricReplicas` and `getUsageRatioReplicaCount`: the ratio times the pods that are ready. From zero there are
 * none to multiply and no tolerance; pods that should be there and are not make the metric invalid.
 */
function fromValue(
  { target }: MetricSpec,
  value: number,
  { specReplicas, statusReplicas, readyPods }: Scale,
  { tolerances }: Basis,
): Result {
  const ratio = milli(value) / milli(target)
  if (specReplicas === 0) {
    const replicas = Math.ceil(ratio)
    return { value, ratio, isWithinTolerance: false, multiplied: undefined, replicas }
  }
  if (isWithin(ratio, tolerances)) {
    return { value, ratio, isWithinTolerance: true, multiplied: readyPods, replicas: specReplicas }
  }
  if (statusReplicas === 0) return INVALID
  const replicas = Math.ceil(ratio * readyPods)
  return { value, ratio, isWithinTolerance: false, multiplied: readyPods, replicas }
}

/**
 * `calcPlainMetricReplicas`: the average of the pods' values, times the pods. Growing, pods without a value count as idle;
 * shrinking, as exactly at the target; and whatever they count as, they do not turn the direction.
 */
function fromPods(
  { target }: MetricSpec,
  { values, missing, pending }: PodReadings,
  { specReplicas }: Scale,
  { tolerances }: Basis,
): Result {
  if (values.length === 0) return INVALID
  const sum = values.reduce((total, value) => total + milli(value), 0)
  const usage = milli(target)
  const ratio = Math.floor(sum / values.length) / usage
  const result = (replicas: number, multiplied: number): Result => ({
    value: sum / values.length / 1_000,
    ratio,
    isWithinTolerance: isWithin(ratio, tolerances),
    multiplied,
    replicas,
  })
  const withPending = pending > 0 && ratio > 1
  if (!withPending && missing === 0) {
    const replicas = isWithin(ratio, tolerances) ? specReplicas : Math.ceil(ratio * values.length)
    return result(replicas, values.length)
  }
  const counted = values.length + (ratio === 1 ? 0 : missing) + (withPending ? pending : 0)
  const assumed = ratio < 1 ? missing * usage : 0
  const newRatio = Math.floor((sum + assumed) / counted) / usage
  const proposed = Math.ceil(newRatio * counted)
  const turns =
    (ratio < 1 && (newRatio > 1 || proposed > specReplicas)) ||
    (ratio > 1 && (newRatio < 1 || proposed < specReplicas))
  const stays = isWithin(newRatio, tolerances) || turns
  return result(stays ? specReplicas : proposed, counted)
}
