import type { ScalingRules } from './hpa.settings.js'

/**
 * Scaling rules with another stabilization window, and with the periods of their policies in proportion to it, to a second
 * at least: the same way down (or up), only sooner or later. Rules without a window keep their periods.
 *
 * @param windowSeconds above 0
 */
export function withWindow(
  rules: Partial<ScalingRules>,
  windowSeconds: number,
): Partial<ScalingRules> {
  const share = windowSeconds / (rules.stabilizationWindowSeconds || windowSeconds)
  return {
    ...rules,
    stabilizationWindowSeconds: windowSeconds,
    policies: (rules.policies ?? []).map((policy) => ({
      ...policy,
      periodSeconds: Math.max(1, Math.round(policy.periodSeconds * share)),
    })),
  }
}
