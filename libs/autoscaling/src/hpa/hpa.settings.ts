/** What a metric is compared with. `Pods` reads one value for each pod, the others one value in all. */
export interface MetricSpec {
  /** Only for sentences. */
  name: string
  type: 'AverageValue' | 'Value' | 'Pods'
  /** In the metric's unit; above 0. */
  target: number
}

/** So many pods, or so many per cent of them, in any period of so many seconds. */
export interface ScalingPolicy {
  type: 'Pods' | 'Percent'
  value: number
  periodSeconds: number
}

export interface ScalingRules {
  stabilizationWindowSeconds: number
  /** The policy that allows the most change, the least, or no change at all. */
  selectPolicy: 'Max' | 'Min' | 'Disabled'
  policies: readonly ScalingPolicy[]
  /** How far the ratio may be from 1, in this direction; undefined: as everywhere in the cluster. */
  tolerance?: number | undefined
}

export interface Behavior {
  scaleUp: ScalingRules
  scaleDown: ScalingRules
}

export interface HpaSettings {
  minReplicas: number
  maxReplicas: number
  metrics: readonly MetricSpec[]
  /** Undefined: the rules of before there was `behavior`, see `limitWithoutBehavior`. */
  behavior: Behavior | undefined
  /** `--horizontal-pod-autoscaler-tolerance` */
  tolerance: number
  /** `--horizontal-pod-autoscaler-downscale-stabilization` */
  downscaleStabilizationSeconds: number
}

/** As in a manifest: what is left out is filled in. */
export interface HpaManifest extends Partial<Omit<HpaSettings, 'behavior'>> {
  maxReplicas: number
  metrics: readonly MetricSpec[]
  behavior?:
    | { scaleUp?: Partial<ScalingRules> | undefined; scaleDown?: Partial<ScalingRules> | undefined }
    | undefined
}

/** `defaultHPAScaleUpRules`, pkg/apis/autoscaling/v2/defaults.go */
const SCALE_UP: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}

/** `defaultHPAScaleDownRules`; its window is the controller's. */
const SCALE_DOWN: Omit<ScalingRules, 'stabilizationWindowSeconds'> = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
}

const MOST_WINDOW = 3_600
const MOST_PERIOD = 1_800

/**
 * A HorizontalPodAutoscaler with all that it leaves out filled in, as `SetDefaults_HorizontalPodAutoscaler` and
 * `maybeInitScaleDownStabilizationWindow` of Kubernetes 1.33 do.
 *
 * @throws RangeError for what the API server refuses, too
 */
export function hpaSettings(manifest: HpaManifest): HpaSettings {
  const { maxReplicas, metrics, minReplicas = 1 } = manifest
  const { tolerance = 0.1, downscaleStabilizationSeconds = 300 } = manifest
  refuse(!isCount(minReplicas), `minReplicas is ${minReplicas}: give a whole number, 0 or more.`)
  refuse(
    !isCount(maxReplicas) || maxReplicas < Math.max(1, minReplicas),
    `maxReplicas is ${maxReplicas}: give a whole number, at least 1 and at least minReplicas.`,
  )
  refuse(metrics.length === 0, 'There is no metric: give at least one.')
  for (const { name, target } of metrics) {
    refuse(!(target > 0), `The target of ${name} is ${target}: give a number above 0.`)
  }
  refuse(!(tolerance >= 0), `tolerance is ${tolerance}: give a number, 0 or more.`)
  const behavior = manifest.behavior && {
    scaleUp: rules('scaleUp', { ...SCALE_UP, ...given(manifest.behavior.scaleUp) }),
    scaleDown: rules('scaleDown', {
      ...SCALE_DOWN,
      stabilizationWindowSeconds: downscaleStabilizationSeconds,
      ...given(manifest.behavior.scaleDown),
    }),
  }
  return { minReplicas, maxReplicas, metrics, tolerance, downscaleStabilizationSeconds, behavior }
}

function rules(name: string, filled: ScalingRules): ScalingRules {
  const { stabilizationWindowSeconds: window, policies, tolerance } = filled
  refuse(
    !(window >= 0 && window <= MOST_WINDOW),
    `${name}.stabilizationWindowSeconds is ${window}: give a number from 0 to ${MOST_WINDOW}.`,
  )
  refuse(policies.length === 0, `${name}.policies is empty: give at least one.`)
  for (const { value, periodSeconds } of policies) {
    refuse(!(isCount(value) && value > 0), `A policy of ${name} has the value ${value}: above 0.`)
    refuse(
      !(periodSeconds > 0 && periodSeconds <= MOST_PERIOD),
      `A policy of ${name} has a period of ${periodSeconds} s: give one of at most ${MOST_PERIOD} s.`,
    )
  }
  refuse(tolerance !== undefined && !(tolerance >= 0), `${name}.tolerance is ${tolerance}.`)
  return filled
}

/** Without what is there only as `undefined`. */
function given<T extends object>(part: T | undefined): Partial<T> {
  const entries = Object.entries(part ?? {}).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Partial<T>
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0
}

function refuse(isWrong: boolean, sentence: string): void {
  if (isWrong) throw new RangeError(sentence)
}
