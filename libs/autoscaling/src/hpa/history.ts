import type { ScalingRules } from './hpa.settings.js'

/** What a metric asked for, before any limit. `at` in seconds, of whatever clock. */
export interface Recommendation {
  at: number
  replicas: number
}

/** By how many replicas something was scaled; above 0 in both directions. */
export interface ScaleEvent {
  at: number
  change: number
}

/** What the controller remembers of one autoscaler. It is not stored: a restarted controller begins anew. */
export interface HpaHistory {
  /** Undefined before the first look. */
  recommendations: readonly Recommendation[] | undefined
  scaleUps: readonly ScaleEvent[]
  scaleDowns: readonly ScaleEvent[]
}

export const noHistory: HpaHistory = { recommendations: undefined, scaleUps: [], scaleDowns: [] }

/** `getReplicasChangePerPeriod`, horizontal.go */
export function changeWithin(seconds: number, events: readonly ScaleEvent[], now: number): number {
  return events.reduce((sum, { at, change }) => (at > now - seconds ? sum + change : sum), 0)
}

/**
 * `storeScaleEvent`: the event takes the place of the last one that no policy of its own direction looks at any more. The
 * policies of the other direction may be of longer periods, and then no longer see it.
 */
export function withEvent(
  events: readonly ScaleEvent[],
  event: ScaleEvent,
  { policies }: ScalingRules,
): ScaleEvent[] {
  const longest = Math.max(...policies.map(({ periodSeconds }) => periodSeconds))
  const outdated = events.findLastIndex(({ at }) => at < event.at - longest)
  return outdated === -1 ? [...events, event] : events.with(outdated, event)
}

/** Without what is too old for any window. */
export function withRecommendation(
  all: readonly Recommendation[],
  latest: Recommendation,
  window: number,
): Recommendation[] {
  return [...all.filter(({ at }) => at >= latest.at - window), latest]
}
