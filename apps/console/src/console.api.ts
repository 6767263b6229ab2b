/**
 * What the console tells its page and whoever drives it, and what it can be asked for; no code.
 *
 * - `GET /` the page, `GET /livez`, `GET /readyz`
 * - `GET /api/live` Server-Sent Events: `start` (a `Live`) once, then `sample` (a `Sample`, one a second),
 *   `decision` (a `Decision`), `controls` (a `Controls`, whenever something in it changes)
 * - `GET /api/live.json` the same as a `Live`, once
 * - `POST /api/users` (`NewUser`) answers as `POST /users` does
 * - `PUT /api/load` (`Load`), `PUT /api/replicas` (`Replicas`), `PUT /api/scaler` (`ScalerSwitch`),
 *   `PUT /api/approval` (`ApprovalSwitch`), `POST /api/poison` (no body): each answers with `Controls`
 *
 * What changes something answers only requests from a loopback address, to a loopback name, and from no other origin;
 * errors are problem+json. Times are RFC 3339 in UTC, durations seconds.
 */
export interface Live {
  controls: Controls
  scaler: ScalerFacts
  /** Of the last ten minutes, oldest first. */
  samples: Sample[]
  /** The last hundred, oldest first. */
  decisions: Decision[]
}

export type ServiceName = 'operation-service' | 'user-service' | 'user-approval-service'

/** One second. What could not be found out is null: the broker or a service was away. */
export interface Sample {
  at: string
  /** Records that came to the four topics of the saga, each counted once. */
  eventsPerSecond: number | null
  /** Users for whom `POST /users` answered 202. */
  usersPerSecond: number | null
  /** Records of a topic that its consumer group has not committed. */
  lag: Record<string, number> | null
  replicas: Record<ServiceName, ReplicaCount>
  /** Nodes that the replicas would need in a cluster, by their requests. */
  nodes: number
  /** From accepted to finished, of those that finished in this second; null when none did. */
  latency: { p50: number; p99: number } | null
  books: Books | null
  /** Records in all dead-letter topics. */
  deadLetters: number | null
}

/** As processes: `wanted` were asked for, `ready` of them answer. */
export interface ReplicaCount {
  wanted: number
  ready: number
}

/** `GET /operations/summary`; they balance when accepted = completed + failed + pending. */
export interface Books {
  accepted: number
  completed: number
  failed: number
  pending: number
  unpublished: number
  /** Seconds; null when none is pending. */
  oldestPending: number | null
}

/** One look of the scaler at the lag. */
export interface Decision {
  at: string
  lag: number | null
  current: number
  replicas: number
  /** Why, in sentences with the numbers. */
  explanation: string
}

/** What the scaler goes by. */
export interface ScalerFacts {
  /** Lag for each replica that it aims at. */
  target: number
  minReplicas: number
  maxReplicas: number
  /** Seconds between two looks. */
  syncPeriod: number
}

/** What a visitor has set, and what there is to set. */
export interface Controls {
  load: Load
  scaler: ScalerSwitch
  approval: ApprovalSwitch
  replicas: Record<ServiceName, number>
  /** Whether this console may start and stop processes: only a launcher can. */
  managesReplicas: boolean
}

export interface NewUser {
  name: string
  email?: string
}

export interface Load {
  /** 0: none. */
  usersPerSecond: number
}

export interface Replicas {
  service: ServiceName
  count: number
}

export interface ScalerSwitch {
  enabled: boolean
}

export interface ApprovalSwitch {
  /** Its processes are stopped as by SIGSTOP: they answer nothing, and their group goes on without them. */
  paused: boolean
}

/**
 * What the launcher and the console tell each other, over the channel between a Node process and its child
 * (`process.send`); there is none when the console is started by itself.
 */
export type ToLauncher =
  | { ask: 'replicas'; service: ServiceName; count: number }
  | { ask: 'pause'; service: ServiceName; paused: boolean }

export interface FromLauncher {
  tell: 'replicas'
  services: Record<ServiceName, { wanted: number; paused: boolean; processes: LaunchedProcess[] }>
}

export interface LaunchedProcess {
  label: string
  /** Without a slash at its end. */
  url: string
  ready: boolean
}
