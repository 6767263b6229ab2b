import { hpaSettings, type HpaSettings, type ScalingRules, withWindow } from '#autoscaling'

import { type ConsoleSettings } from '../console.settings.js'
import { readManifest } from '../workspace.js'

/** The autoscaler of a cluster, of which the console's is a quicker copy. */
const MANIFEST = 'k8s/components/autoscaling-hpa/horizontal-pod-autoscaler.yaml'

type ScalerSettings = Pick<
  ConsoleSettings,
  'SCALER_DOWN_WINDOW_SECONDS' | 'SCALER_MAX_REPLICAS' | 'USER_APPROVE_PARTITIONS'
>

/** Of the manifest, what is read. */
interface Autoscaler {
  spec: {
    minReplicas: number
    metrics: { external: { target: { averageValue: string } } }[]
    behavior: { scaleUp: Partial<ScalingRules>; scaleDown: Partial<ScalingRules> }
  }
}

/**
 * The cluster's autoscaler with the console's own maximum and window on the way down: it goes down as in the cluster, only
 * sooner.
 *
 * @throws RangeError, TypeError when the manifest is none that the console understands
 */
export function scalerSettings(settings: ScalerSettings): HpaSettings {
  const [autoscaler] = readManifest(MANIFEST) as [Autoscaler]
  const { minReplicas, metrics, behavior } = autoscaler.spec
  const { scaleUp, scaleDown } = behavior
  return hpaSettings({
    minReplicas,
    maxReplicas: settings.SCALER_MAX_REPLICAS ?? settings.USER_APPROVE_PARTITIONS,
    metrics: metrics.map(({ external }) => ({
      name: 'The lag of user-approve',
      type: 'AverageValue',
      target: Number(external.target.averageValue),
    })),
    behavior: { scaleUp, scaleDown: withWindow(scaleDown, settings.SCALER_DOWN_WINDOW_SECONDS) },
  })
}
