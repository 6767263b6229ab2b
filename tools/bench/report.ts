import type { Latency } from '../../apps/load-generator/src/load-report.ts'

export type { Latency }

/** What one process, or the several of one kind, took while a load was measured. */
export interface ProcessCost {
  name: string
  /** Of one core: 1 is a whole one. */
  cores: number
  /** Microseconds of processor time for an event. */
  cpuPerEvent: number
  /** Resident memory, in bytes: at the beginning, at the end and at most. */
  memory: { first: number; last: number; most: number }
}

/** The system at one moment; rates are of the second before it. */
export interface Sample {
  /** Seconds since the load began. */
  at: number
  acceptedPerSecond: number
  finishedPerSecond: number
  /** Of POST, in milliseconds. */
  latency: { p50: number; p99: number }
  /** Records that the topic's group has not committed yet. */
  lag: Record<string, number>
  /** Accepted and not finished. */
  open: number
  /** Resident, in bytes, by process. */
  memory: Record<string, number>
}

/** The books after a run, from outside: what was accepted, and what came of it. */
export interface BooksCheck {
  accepted: number
  finished: number
  /** Records that the four topics got, over four for each finished operation: above 1 are repeats. */
  eventsRatio: number
  /** What does not balance, in sentences; none is what must be. */
  imbalances: string[]
}

/** One load on one system. */
export interface Run {
  system: string
  /** Users a second that were sent; undefined: as fast as they were answered. */
  rate: number | undefined
  connections: number
  partitions: number
  /** Seconds that were measured, without the warm-up. */
  seconds: number
  acceptedPerSecond: number
  /** Four for each operation that finished. */
  eventsPerSecond: number
  refused: number
  failed: number
  post: Latency
  /** From accepted to finished; undefined where the system does not keep the times. */
  finish: Latency | undefined
  costs: ProcessCost[]
  /** All processes together, in microseconds for an event. */
  cpuPerEvent: number
  /** What else the machine did meanwhile, in cores: near zero, or it was not a quiet one. */
  otherCores: number
  books: BooksCheck
  /** Seconds from the last request to the last operation's end. */
  drainedAfter: number
  samples: Sample[]
  /** Why its rate does not count as one; empty: it was sustained. */
  faults: string[]
}

/** Everything that one `npm run bench` measured; what was not asked for is missing. */
export interface BenchReport {
  startedAt: string
  machine: { cores: number; model: string; memory: number; node: string; system: string }
  steady?: Run
  half?: Run
  quiet?: Run
  soak?: Run
  /** Twice the rate that is sustained, by more connections than may wait. */
  overload?: Run
  stock?: { withoutApproval: Run; withApproval?: Run }
  partitions?: { partitions: number; run: Run }[]
  backlog?: { operations: number; seconds: number; eventsPerSecond: number }
  history?: {
    operations: number
    post: Latency
    get: Latency
    summary: Latency
    /** The newest that are open. */
    pending: Latency
    eventsPerSecond: number
  }[]
}
