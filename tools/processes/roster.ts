import { say } from '../console/say.ts'
import { ManagedProcess, type ProcessOrder } from './managed-process.ts'
import { findProcess, ownIdentity } from './process-identity.mjs'
import {
  removeRunState,
  roles,
  writeRunState,
  type RecordedProcess,
  type Role,
} from './run-state.ts'

/** How long each may take to end before it is killed; a service drains within 25 s. */
export const stopWithinMs: Record<Role, number> = {
  helper: 2_000,
  service: 26_000,
  broker: 30_000,
  database: 30_000,
}

interface Member {
  process: ManagedProcess
  record: RecordedProcess
}

/** Everything a command has launched and that still runs, so that all of it can be stopped, in order. */
export class Roster {
  private readonly members = new Set<Member>()
  private readonly cleanUps: (() => Promise<void>)[] = []
  private stateFile: string | undefined
  private broker: string | undefined
  private closed = false

  /** Keeps the state on disk from now on, for the one who has to clean up after this process is killed. */
  keepIn(stateFile: string): void {
    this.stateFile = stateFile
    this.save()
  }

  /** Says in the state where the broker answers, for commands that look at it from beside. */
  announceBroker(address: string): void {
    this.broker = address
    this.save()
  }

  /** Everything is being stopped: nothing is launched any more. */
  get isClosed(): boolean {
    return this.closed
  }

  launch(role: Role, order: ProcessOrder, container?: string): ManagedProcess {
    if (this.closed) throw new Error(`${order.name} is not started: everything is being stopped.`)
    const process = ManagedProcess.spawn(order)
    const startedAt = findProcess(process.pid)?.startedAt ?? ''
    const record = { name: order.name, role, pid: process.pid, startedAt }
    const member = { process, record: container === undefined ? record : { ...record, container } }
    this.members.add(member)
    this.save()
    void process.exited.then(() => {
      this.members.delete(member)
      this.save()
    })
    return process
  }

  /** Done at the very end of `stopAll`, last one first. */
  afterwards(cleanUp: () => Promise<void>): void {
    this.cleanUps.unshift(cleanUp)
  }

  /** Services first, then the broker, then the database. */
  async stopAll(): Promise<void> {
    this.closed = true
    this.save()
    for (const role of roles) await this.stopRole(role)
    for (const cleanUp of this.cleanUps) await cleanUp()
    if (this.stateFile !== undefined) removeRunState(this.stateFile)
    this.stateFile = undefined
  }

  /** SIGKILL to everything; the state stays on disk for the next run to check. */
  killAll(): void {
    this.closed = true
    for (const { process } of this.members) process.killNow()
  }

  private async stopRole(role: Role): Promise<void> {
    const members = [...this.members].filter(({ record }) => record.role === role)
    await Promise.all(
      members.map(async ({ process }) => {
        const { forced } = await process.stop(stopWithinMs[role])
        if (forced) {
          say(`${process.name} had not ended after ${stopWithinMs[role] / 1000} s and was killed.`)
        }
      }),
    )
  }

  private save(): void {
    if (this.stateFile === undefined) return
    writeRunState(this.stateFile, {
      launcher: ownIdentity(),
      phase: this.closed ? 'stopping' : 'running',
      processes: [...this.members].map(({ record }) => record),
      ...(this.broker !== undefined && { broker: this.broker }),
    })
  }
}
