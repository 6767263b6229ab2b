import type { HpaSettings } from '../hpa/hpa.settings.js'
import type { KafkaTrigger } from '../keda/kafka-lag.js'
import type { ScaledObject } from '../keda/scaled-object.js'

/** Who decides on the replicas. */
export type Scaler =
  | { kind: 'none' }
  /** The lag by exporter, Prometheus and adapter, as an external metric or one of each pod. */
  | { kind: 'hpa'; hpa: HpaSettings; metric: MetricPath }
  /** KEDA asks the broker itself, each time. */
  | {
      kind: 'keda'
      object: ScaledObject
      trigger: KafkaTrigger
      /** As the cluster's controller is started. */
      tolerance: number
      downscaleStabilizationSeconds: number
    }

/** How the lag gets to the HPA. */
export interface MetricPath {
  /** Seconds between two scrapes; 0: it is always fresh. */
  scrapeSeconds: number
  /** Seconds by which the adapter's answer is older. */
  adapterSeconds: number
  /** Seconds over which it is averaged (`avg_over_time`); 0: the last value. */
  averageSeconds: number
}

/** What a replica can do. */
export interface Worker {
  /** For each message. */
  serviceSeconds: number
  /** Messages that one replica works on at a time, over all its partitions. */
  concurrency: number
  /** Seconds between two commits of offsets; the lag is behind what is done by so much. */
  commitSeconds: number
  /** Seconds in which the whole group pauses when members come, and when they go. */
  joinPauseSeconds: number
  leavePauseSeconds: number
}

export interface Cluster {
  /** Seconds from the moment a pod has a place until it is in the group. */
  podStartSeconds: number
  /** Millicores that a pod requests. */
  podCpu: number
  /** Seconds until a node that was asked for takes pods. */
  nodeStartSeconds: number
  /** Millicores of a node that pods can have. */
  nodeCpu: number
  nodePods: number
  minNodes: number
  maxNodes: number
  /** Seconds that a node must be without work before it goes. */
  nodeIdleSeconds: number
  /** Millicores that everything else requests. */
  otherCpu: number
  /** Pods of low priority that hold room for others, and give way at once. */
  placeholders: number
  placeholderCpu: number
}

export interface SimulationSettings {
  seed: number
  /** Whether arrivals vary as independent users do, or come evenly. */
  arrivals: 'poisson' | 'even'
  partitions: number
  /** Replicas at the beginning, ready. */
  replicas: number
  worker: Worker
  scaler: Scaler
  /** Second at which the scaler is switched on: if not at the beginning, it looks then. */
  scalesFrom: number
  /** Seconds between two looks of the HPA. */
  syncSeconds: number
  cluster: Cluster
  /** Seconds between two samples. */
  sampleSeconds: number
}

/** Waiting times are from arriving to being done, service included, as exact as a step. */
export interface Sample {
  /** Seconds since the beginning. */
  at: number
  /** Users a second since the last sample. */
  arriving: number
  done: number
  /** Records that are in the topic and not committed. */
  lag: number
  /** Seconds that the oldest one has waited that is still there. */
  oldestSeconds: number
  /** Mean of those that were done since the last sample. */
  waitSeconds: number
  /** As many as were decided. */
  replicas: number
  /** In the group. */
  ready: number
  /** Without a place on a node. */
  pending: number
  nodes: number
}
