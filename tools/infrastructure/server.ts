import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'
import { logEnd, logTail } from '../console/log-tail.ts'
import type { Exit, ManagedProcess } from '../processes/managed-process.ts'
import { stopWithinMs, type Roster } from '../processes/roster.ts'
import { shown } from '../workspace/paths.mjs'
import type { Entrance, Footprint } from './options.ts'

/** Where a server comes from, in the order in which they are tried. */
export type Origin = 'environment' | 'docker' | 'native'

/** A broker or a database. Stopped or killed, it can be started again on the same port with the same data. */
export interface Server {
  readonly name: 'broker' | 'database'
  readonly origin: Origin
  /** Of the process on this machine; undefined while it does not run, and for the environment's. */
  readonly pid: number | undefined
  /** Resolves when the process that runs now ends, whoever ended it. */
  readonly exited: Promise<Exit>
  /** Resolves once it answers. */
  start(): Promise<void>
  /** SIGTERM, then SIGKILL after a bound. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** What every way to run one is told. */
export interface ServerRun {
  directory: string
  port: number
  entrances: readonly Entrance[]
  footprint: Footprint
  roster: Roster
}

/** What differs between the ways to run one. */
export interface ServerPlan {
  name: Server['name']
  origin: Exclude<Origin, 'environment'>
  logFile: string
  launch(): Promise<ManagedProcess>
  /** Whether it answers by now; does what is left to do until it can (a replica set is initiated). */
  answers(): Promise<boolean>
}

const pollMs = 100
const readyWithinMs = 60_000

/** A server that this process runs. */
export class OwnServer implements Server {
  private readonly plan: ServerPlan
  private process: ManagedProcess | undefined
  private logStart = 0

  constructor(plan: ServerPlan) {
    this.plan = plan
  }

  get name(): Server['name'] {
    return this.plan.name
  }

  get origin(): Origin {
    return this.plan.origin
  }

  get pid(): number | undefined {
    return this.process?.pid
  }

  get exited(): Promise<Exit> {
    if (this.process === undefined) throw new Error(`The ${this.name} has not been started.`)
    return this.process.exited
  }

  async start(): Promise<void> {
    this.logStart = logEnd(this.plan.logFile)
    const process = await this.plan.launch()
    this.process = process
    const deadline = Date.now() + readyWithinMs
    for (;;) {
      const answers = await this.plan.answers()
      // Looked at after the answer, which may come from somebody else who took the port.
      const exit = await Promise.race([process.exited, sleep(answers ? 0 : pollMs)])
      if (exit) throw this.failure(`ended with exit code ${exit.code} when it started`)
      if (answers) return
      if (Date.now() > deadline) {
        await this.stop()
        throw this.failure(`did not answer within ${readyWithinMs / 1000} s`)
      }
    }
  }

  async stop(): Promise<void> {
    await this.process?.stop(stopWithinMs[this.name])
    this.process = undefined
  }

  async kill(): Promise<void> {
    await this.process?.kill()
    this.process = undefined
  }

  private failure(whatHappened: string): Failure {
    const { logFile } = this.plan
    return new Failure(
      `The ${this.name} ${whatHappened}; the end of its log, ${shown(logFile)}:\n${logTail(logFile, this.logStart)}`,
    )
  }
}

/** A server that the environment names: it is used, and neither started nor stopped. */
export class ForeignServer implements Server {
  readonly origin = 'environment'
  readonly pid = undefined
  readonly exited = new Promise<Exit>(() => {})
  readonly name: Server['name']

  constructor(name: Server['name']) {
    this.name = name
  }

  async start(): Promise<void> {
    throw this.refusal('start')
  }

  async stop(): Promise<void> {}

  async kill(): Promise<void> {
    throw this.refusal('kill')
  }

  private refusal(action: string): Error {
    return new Error(`The ${this.name} comes from the environment: it is not ours to ${action}.`)
  }
}
