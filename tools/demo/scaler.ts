import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { hpaSettings, withWindow, type HpaSettings, type ScalingRules } from '#autoscaling'
import type { ScalerFacts } from '../../apps/console/src/console.api.ts'
import { root } from '../workspace/paths.mjs'

/** Whose behavior the console's scaler has. */
const manifest = join(root, 'k8s/components/autoscaling-hpa/horizontal-pod-autoscaler.yaml')

export interface DemoScaler {
  hpa: HpaSettings
  /** Between two looks. */
  syncSeconds: number
}

/**
 * The console's scaler as the simulator is given it: what the console tells of it, and the cluster's policies with the window
 * and the periods on the way down that the demo has.
 */
export function scalerOf(facts: ScalerFacts, downWindowSeconds: number): DemoScaler {
  const { scaleUp, scaleDown } = behaviorInCluster()
  return {
    hpa: hpaSettings({
      minReplicas: facts.minReplicas,
      maxReplicas: facts.maxReplicas,
      metrics: [{ name: 'The lag of user-approve', type: 'AverageValue', target: facts.target }],
      behavior: { scaleUp, scaleDown: withWindow(scaleDown, downWindowSeconds) },
    }),
    syncSeconds: facts.syncPeriod,
  }
}

function behaviorInCluster(): Record<'scaleUp' | 'scaleDown', Partial<ScalingRules>> {
  const [document] = parseAllDocuments(readFileSync(manifest, 'utf8'))
  return document!.toJS().spec.behavior
}
