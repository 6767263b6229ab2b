import { hpaSettings } from '../hpa/hpa.settings.js'
import type { SimulationSettings } from './simulation.settings.js'

/**
 * This system on a small cluster: twelve partitions, an approval that takes 200 ms, one at a time in a replica, the pauses of
 * docs/decisions/0013, and an HPA with Kubernetes' defaults that is told the lag by Prometheus.
 */
export const simulationDefaults: SimulationSettings = {
  seed: 1,
  arrivals: 'poisson',
  partitions: 12,
  replicas: 1,
  worker: {
    serviceSeconds: 0.2,
    concurrency: 1,
    commitSeconds: 0.05,
    joinPauseSeconds: 0.4,
    leavePauseSeconds: 1.1,
  },
  scaler: {
    kind: 'hpa',
    hpa: hpaSettings({
      maxReplicas: 12,
      metrics: [{ name: 'lag', type: 'AverageValue', target: 10 }],
      behavior: {},
    }),
    metric: { scrapeSeconds: 15, adapterSeconds: 0, averageSeconds: 0 },
  },
  scalesFrom: 0,
  syncSeconds: 15,
  cluster: {
    podStartSeconds: 5,
    podCpu: 50,
    nodeStartSeconds: 90,
    nodeCpu: 1_900,
    nodePods: 110,
    minNodes: 1,
    maxNodes: 30,
    nodeIdleSeconds: 600,
    otherCpu: 0,
    placeholders: 0,
    placeholderCpu: 1_500,
  },
  sampleSeconds: 1,
}
