import {
  noHistory,
  withEvent,
  withRecommendation,
  type HpaHistory,
  type Recommendation,
} from './history.js'
import type { HpaSettings } from './hpa.settings.js'
import {
  limitByBehavior,
  limitWithoutBehavior,
  stabilize,
  stabilizeWithoutBehavior,
  type Limited,
  type Stabilized,
} from './limits.js'
import {
  proposalOf,
  type Proposal,
  type Reading,
  type Scale,
  type Tolerances,
} from './metric-replicas.js'

/** What the controller sees when it looks, once in its sync period. */
export interface Observation extends Scale {
  /** In seconds, of whatever clock, never going back. */
  at: number
  /** As many as the settings have metrics, in their order. */
  readings: readonly Reading[]
}

/** What was decided, and all that it follows from. */
export interface HpaDecision {
  at: number
  current: number
  /** As many as there are to be from now on. */
  replicas: number
  settings: HpaSettings
  /** Why; `metrics` where it follows from what is below. */
  because: 'metrics' | 'no-valid-metric' | 'scaling-disabled' | 'above-maximum' | 'below-minimum'
  proposals: readonly Proposal[]
  /** The one that counts: it asks for the most. */
  decisive: Proposal | undefined
  stabilized: Stabilized | undefined
  limited: Limited | undefined
}

export interface HpaStep {
  decision: HpaDecision
  /** For the next look. */
  history: HpaHistory
}

/**
 * One look of the HPA controller at one autoscaler: `reconcileAutoscaler`, pkg/controller/podautoscaler/horizontal.go,
 * Kubernetes 1.33. What it does to the target's scale is assumed to succeed.
 *
 * @param history of the look before, `noHistory` for the first
 * @throws RangeError when there are not as many readings as metrics
 */
export function decide(
  settings: HpaSettings,
  observation: Observation,
  history: HpaHistory = noHistory,
): HpaStep {
  const { at, specReplicas: current } = observation
  if (observation.readings.length !== settings.metrics.length) {
    throw new RangeError(
      `There are ${observation.readings.length} readings of ${settings.metrics.length} metrics.`,
    )
  }
  const known = {
    ...history,
    recommendations: history.recommendations ?? [{ at, replicas: current }],
  }
  const bare = (because: HpaDecision['because'], replicas: number): HpaDecision => ({
    at,
    current,
    replicas,
    settings,
    because,
    proposals: [],
    decisive: undefined,
    stabilized: undefined,
    limited: undefined,
  })
  const { minReplicas, maxReplicas } = settings
  if (current === 0 && minReplicas !== 0) {
    return { decision: bare('scaling-disabled', 0), history: known }
  }
  if (current > maxReplicas) return scaled(bare('above-maximum', maxReplicas), known)
  if (current < minReplicas) return scaled(bare('below-minimum', minReplicas), known)

  const { proposals, decisive } = proposalsOf(settings, observation)
  if (decisive?.replicas === undefined) {
    return { decision: { ...bare('no-valid-metric', current), proposals }, history: known }
  }
  const desired = decisive.replicas
  const { stabilized, limited } = normalized(desired, current, settings, known, at)
  return scaled(
    { ...bare('metrics', limited.replicas), proposals, decisive, stabilized, limited },
    {
      ...known,
      recommendations: withRecommendation(
        known.recommendations,
        { at, replicas: desired },
        longestWindow(settings),
      ),
    },
  )
}

/**
 * `computeReplicasForMetrics`: the metric that asks for the most. While any is invalid, the others may only scale up.
 */
function proposalsOf(settings: HpaSettings, observation: Observation) {
  const proposals = settings.metrics.map((metric, index) =>
    proposalOf(metric, observation.readings[index], observation, tolerancesOf(settings)),
  )
  const valid = proposals.filter(({ replicas }) => replicas !== undefined)
  const most = valid.reduce<Proposal | undefined>(
    (best, one) => (best === undefined || one.replicas! > best.replicas! ? one : best),
    undefined,
  )
  const wouldShrink = most !== undefined && most.replicas! < observation.specReplicas
  const decisive = valid.length < proposals.length && wouldShrink ? undefined : most
  return { proposals, decisive }
}

/** `tolerancesForHpa` */
function tolerancesOf({ tolerance, behavior }: HpaSettings): Tolerances {
  return {
    scaleUp: behavior?.scaleUp.tolerance ?? tolerance,
    scaleDown: behavior?.scaleDown.tolerance ?? tolerance,
  }
}

/** `normalizeDesiredReplicasWithBehaviors`, or `normalizeDesiredReplicas` */
function normalized(
  desired: number,
  current: number,
  settings: HpaSettings,
  history: HpaHistory & { recommendations: readonly Recommendation[] },
  now: number,
) {
  const { behavior, downscaleStabilizationSeconds } = settings
  const { recommendations } = history
  if (behavior === undefined) {
    const stabilized = stabilizeWithoutBehavior(
      desired,
      recommendations,
      downscaleStabilizationSeconds,
      now,
    )
    return { stabilized, limited: limitWithoutBehavior(stabilized.replicas, current, settings) }
  }
  const stabilized = stabilize(desired, current, recommendations, behavior, now)
  return {
    stabilized,
    limited: limitByBehavior(stabilized.replicas, current, settings, behavior, history, now),
  }
}

function longestWindow({ behavior, downscaleStabilizationSeconds }: HpaSettings): number {
  if (behavior === undefined) return downscaleStabilizationSeconds
  return Math.max(
    behavior.scaleUp.stabilizationWindowSeconds,
    behavior.scaleDown.stabilizationWindowSeconds,
  )
}

/** Remembers by how many replicas it scaled, where there are policies that will ask. */
function scaled(decision: HpaDecision, history: HpaHistory): HpaStep {
  const { at, current, replicas, settings } = decision
  const change = replicas - current
  if (change === 0 || settings.behavior === undefined) return { decision, history }
  const { scaleUp, scaleDown } = settings.behavior
  const changed =
    change > 0
      ? { scaleUps: withEvent(history.scaleUps, { at, change }, scaleUp) }
      : { scaleDowns: withEvent(history.scaleDowns, { at, change: -change }, scaleDown) }
  return { decision, history: { ...history, ...changed } }
}
