export { explain } from './explain.js'
export { decide, type HpaDecision, type HpaStep, type Observation } from './hpa/decide.js'
export { noHistory, type HpaHistory } from './hpa/history.js'
export {
  hpaSettings,
  type Behavior,
  type HpaManifest,
  type HpaSettings,
  type MetricSpec,
  type ScalingPolicy,
  type ScalingRules,
} from './hpa/hpa.settings.js'
export { withWindow } from './hpa/with-window.js'
export type { LimitReason } from './hpa/limits.js'
export type { PodReadings, Proposal, Reading } from './hpa/metric-replicas.js'
export {
  kafkaLag,
  kafkaTrigger,
  type KafkaLag,
  type KafkaTrigger,
  type PartitionOffsets,
  type PreviousOffsets,
} from './keda/kafka-lag.js'
export {
  decideActivity,
  hpaOf,
  scaledObject,
  withFallback,
  type ActivityDecision,
  type ActivityObservation,
  type ScaledObject,
} from './keda/scaled-object.js'
export { nodesNeeded, type NodeRoom, type PodRequests } from './nodes-needed.js'
export * from './simulation/load.js'
export type { Change } from './simulation/scaling.js'
export { simulate, type Simulation, type Totals } from './simulation/simulate.js'
export type {
  Cluster,
  MetricPath,
  Sample,
  Scaler,
  SimulationSettings,
  Worker,
} from './simulation/simulation.settings.js'
export { simulationDefaults } from './simulation/simulation.defaults.js'
