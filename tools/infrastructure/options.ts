import { Failure } from '../console/failure.mjs'
import type { Roster } from '../processes/roster.ts'

export type Footprint = 'normal' | 'small'

/** A further way into a broker: where it listens, and where clients that came in there are told to find it. */
export interface Entrance {
  port: number
  advertised: number
}

export interface ServerOptions {
  /** Data and logs go below it; the same directory again finds the data again. */
  directory: string
  /** Exactly this port. Without it: `preferredPort` when that is free, else any. */
  port?: number
  preferredPort?: number
  /** Of a broker, beside its own port: each client stays on the way by which it came in. */
  entrances?: readonly Entrance[]
  /** `small` takes a fraction of the memory: for tests. */
  footprint?: Footprint
  /** Starts one even where the environment names one: for tests that stop it. */
  own?: boolean
  /** Whoever stops what this process launched; see `workerRoster` for the default. */
  roster?: Roster
  environment?: NodeJS.ProcessEnv
}

const choices = ['auto', 'docker', 'native'] as const
export type Choice = (typeof choices)[number]

/** The setting TIDEWAY_INFRASTRUCTURE: which of the ways to run a server may be taken. */
export function infrastructureChoice(environment: NodeJS.ProcessEnv): Choice {
  const value = environment['TIDEWAY_INFRASTRUCTURE'] || 'auto'
  const choice = choices.find((known) => known === value)
  if (choice !== undefined) return choice
  throw new Failure(
    `TIDEWAY_INFRASTRUCTURE is "${value}": use docker or native, or unset it to have Docker tried first.`,
  )
}
