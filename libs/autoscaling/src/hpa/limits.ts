import type { HpaSettings, ScalingPolicy, ScalingRules } from './hpa.settings.js'
import { changeWithin, type HpaHistory, type Recommendation } from './history.js'

/** As in the condition `ScalingLimited` of the HPA's status. */
export type LimitReason =
  'DesiredWithinRange' | 'ScaleUpLimit' | 'ScaleDownLimit' | 'TooManyReplicas' | 'TooFewReplicas'

/** What became of a number of replicas between the policies, the least and the most. */
export interface Limited {
  replicas: number
  reason: LimitReason
  /** How many there may be by the policies now; undefined where they had no say. */
  limit: number | undefined
  /** The policy that said so; undefined where there was none to choose. */
  policy: ScalingPolicy | undefined
}

/** What became of a number of replicas by the recommendations of the windows. */
export interface Stabilized {
  replicas: number
  /** Undefined where the window changed nothing. */
  by: { direction: 'up' | 'down'; windowSeconds: number } | undefined
}

const UNLIMITED = { limit: undefined, policy: undefined }

/**
 * `stabilizeRecommendationWithBehaviors`, horizontal.go: up not beyond the lowest that was recommended in the window for
 * scaling up, down not below the highest in the window for scaling down.
 */
export function stabilize(
  desired: number,
  current: number,
  past: readonly Recommendation[],
  { scaleUp, scaleDown }: { scaleUp: ScalingRules; scaleDown: ScalingRules },
  now: number,
): Stabilized {
  const within = (seconds: number) =>
    past.filter(({ at }) => at > now - seconds).map(({ replicas }) => replicas)
  const lowest = Math.min(desired, ...within(scaleUp.stabilizationWindowSeconds))
  const highest = Math.max(desired, ...within(scaleDown.stabilizationWindowSeconds))
  const replicas = Math.min(Math.max(current, lowest), highest)
  if (replicas === desired) return { replicas, by: undefined }
  const direction = desired >= current ? 'up' : 'down'
  const rules = direction === 'up' ? scaleUp : scaleDown
  return { replicas, by: { direction, windowSeconds: rules.stabilizationWindowSeconds } }
}

/** `stabilizeRecommendation`: the same without `behavior`, downwards only. */
export function stabilizeWithoutBehavior(
  desired: number,
  past: readonly Recommendation[],
  windowSeconds: number,
  now: number,
): Stabilized {
  const recent = past.filter(({ at }) => at >= now - windowSeconds)
  const replicas = Math.max(desired, ...recent.map((one) => one.replicas))
  return { replicas, by: replicas === desired ? undefined : { direction: 'down', windowSeconds } }
}

/** `convertDesiredReplicasWithBehaviorRate` */
export function limitByBehavior(
  desired: number,
  current: number,
  { minReplicas, maxReplicas }: Pick<HpaSettings, 'minReplicas' | 'maxReplicas'>,
  { scaleUp, scaleDown }: { scaleUp: ScalingRules; scaleDown: ScalingRules },
  history: Pick<HpaHistory, 'scaleUps' | 'scaleDowns'>,
  now: number,
): Limited {
  const inRange: Limited = { replicas: desired, reason: 'DesiredWithinRange', ...UNLIMITED }
  if (desired > current) {
    const { limit: rate, policy } = scaleUpLimit(current, scaleUp, history, now)
    const limit = Math.max(rate, current)
    if (maxReplicas > limit) {
      return desired > limit
        ? { replicas: limit, reason: 'ScaleUpLimit', limit, policy }
        : { ...inRange, limit, policy }
    }
    if (desired > maxReplicas) {
      return { replicas: maxReplicas, reason: 'TooManyReplicas', ...UNLIMITED }
    }
  }
  if (desired < current) {
    const { limit: rate, policy } = scaleDownLimit(current, scaleDown, history, now)
    const limit = Math.min(rate, current)
    if (minReplicas < limit) {
      return desired < limit
        ? { replicas: limit, reason: 'ScaleDownLimit', limit, policy }
        : { ...inRange, limit, policy }
    }
    if (desired < minReplicas) {
      return { replicas: minReplicas, reason: 'TooFewReplicas', ...UNLIMITED }
    }
  }
  return inRange
}

const OLD_FACTOR = 2
const OLD_LEAST = 4

/** `convertDesiredReplicasWithRules`: twice as many at most, or four. */
export function limitWithoutBehavior(
  desired: number,
  current: number,
  { minReplicas, maxReplicas }: Pick<HpaSettings, 'minReplicas' | 'maxReplicas'>,
): Limited {
  const limit = Math.max(OLD_FACTOR * current, OLD_LEAST)
  if (desired < minReplicas) {
    return { replicas: minReplicas, reason: 'TooFewReplicas', ...UNLIMITED }
  }
  if (desired > limit && maxReplicas > limit) {
    return { replicas: limit, reason: 'ScaleUpLimit', limit, policy: undefined }
  }
  if (desired > maxReplicas) {
    return { replicas: maxReplicas, reason: 'TooManyReplicas', ...UNLIMITED }
  }
  return { replicas: desired, reason: 'DesiredWithinRange', limit, policy: undefined }
}

type RateLimit = { limit: number; policy: ScalingPolicy | undefined }
type Events = Pick<HpaHistory, 'scaleUps' | 'scaleDowns'>

/** `calculateScaleUpLimitWithScalingRules`: from what there was at the beginning of each policy's period. */
export function scaleUpLimit(
  current: number,
  rules: ScalingRules,
  events: Events,
  now: number,
): RateLimit {
  return limitOf(current, rules, events, now, rules.selectPolicy === 'Max', (start, policy) =>
    policy.type === 'Pods' ? start + policy.value : Math.ceil(start * (1 + policy.value / 100)),
  )
}

/** `calculateScaleDownLimitWithBehaviors`: a share is rounded so that more goes. */
export function scaleDownLimit(
  current: number,
  rules: ScalingRules,
  events: Events,
  now: number,
): RateLimit {
  return limitOf(current, rules, events, now, rules.selectPolicy === 'Min', (start, policy) =>
    policy.type === 'Pods' ? start - policy.value : Math.trunc(start * (1 - policy.value / 100)),
  )
}

function limitOf(
  current: number,
  { selectPolicy, policies }: ScalingRules,
  { scaleUps, scaleDowns }: Events,
  now: number,
  takesHighest: boolean,
  proposed: (start: number, policy: ScalingPolicy) => number,
): RateLimit {
  if (selectPolicy === 'Disabled') return { limit: current, policy: undefined }
  const limits = policies.map((policy) => {
    const added = changeWithin(policy.periodSeconds, scaleUps, now)
    const removed = changeWithin(policy.periodSeconds, scaleDowns, now)
    return { limit: proposed(current - added + removed, policy), policy }
  })
  return limits.reduce((best, one) =>
    (takesHighest ? one.limit > best.limit : one.limit < best.limit) ? one : best,
  )
}
