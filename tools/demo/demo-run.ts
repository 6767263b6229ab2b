import type { Books } from '../books/books.ts'
import type { DemoScaler } from './scaler.ts'

/** The system at one moment, as the console told it; null is what could not be found out. */
export interface Moment {
  /** Seconds since the first load. */
  at: number
  eventsPerSecond: number | null
  usersPerSecond: number | null
  /** Records of user-approve that the approval service has not committed. */
  lag: number | null
  replicas: { wanted: number; ready: number }
  /** From accepted to finished, in seconds, of those that finished since the moment before; null when none did. */
  latency: { p50: number; p99: number } | null
}

export interface Change {
  at: number
  current: number
  replicas: number
  explanation: string
}

export interface PlayedAct {
  number: 1 | 2
  isScaled: boolean
  /** Seconds since the first load. */
  from: number
  to: number
}

/** What one demo showed. */
export interface DemoRun {
  startedAt: string
  partitions: number
  scaler: DemoScaler
  acts: PlayedAct[]
  moments: Moment[]
  /** Decisions that changed the replicas. */
  changes: Change[]
}

/** What came of all that was accepted. */
export interface Accounts extends Books {
  /** 202s, as operation-service has counted them. */
  answered: number
  /** Seconds from accepted to finished, or until now, of the one that took longest. */
  longestWait: number
}
