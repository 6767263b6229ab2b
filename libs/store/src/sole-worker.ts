import { Logger } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { atMost, ServiceError } from '#service-defaults'

import { type Lease } from './lease.js'

const EVERY = 1_000
const STOP_WITHIN = 1_000

/** Work that one of several replicas does, once a second: who holds the lease. */
export class SoleWorker {
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  /**
   * @param tasks what is done, in this order, each with its name; one that fails keeps no other one from being done, and
   * is tried again a second later
   * @param standDown called when another replica does the work
   */
  constructor(
    private readonly logger: Logger,
    private readonly lease: Lease,
    private readonly tasks: Readonly<Record<string, () => Promise<void>>>,
    private readonly standDown: () => void = () => undefined,
  ) {}

  start(): void {
    this.working = this.work()
  }

  /** What is left undone then, another replica does. */
  async stop(): Promise<void> {
    this.stopping.abort()
    // It may be waiting for a server that is away.
    await atMost(STOP_WITHIN, this.working)
    await this.lease.release().catch(() => undefined)
  }

  /** For work that takes longer: whether this is still the replica to do it. @throws DatabaseUnavailable, OutcomeUnknown */
  async mayGoOn(): Promise<boolean> {
    return !this.stopping.signal.aborted && this.lease.hold()
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      const isMine = await this.attempt('holding the lease', () => this.lease.hold())
      if (isMine) {
        for (const [name, task] of Object.entries(this.tasks)) await this.attempt(name, task)
      } else this.standDown()
      await sleep(EVERY, undefined, { signal }).catch(() => undefined)
    }
  }

  private async attempt<Result>(
    name: string,
    task: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await task()
    } catch (error) {
      if (error instanceof ServiceError) this.logger.debug(`Not now, ${name}: ${error.message}`)
      else this.logger.error(`The work failed at ${name}.`, error)
      return undefined
    }
  }
}
