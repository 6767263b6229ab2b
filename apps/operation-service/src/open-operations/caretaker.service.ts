import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'
import { setTimeout as sleep } from 'node:timers/promises'

import { atMost, ServiceError } from '#service-defaults'
import { Lease } from '#store'

import { PublicationMarks } from '../publication/publication-marks.service.js'
import { OpenOperations } from './open-operations.service.js'
import { OverdueOperations } from './overdue-operations.service.js'
import { Takeover } from './takeover.service.js'

const EVERY = 1_000
/** How long a caretaker that died is waited for, in milliseconds. */
const LEASE = 5_000
const STOP_WITHIN = 1_000

/** Once a second, on one of the replicas, looks after what is open. */
@Injectable()
export class Caretaker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(Caretaker.name)
  private readonly lease: Lease
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  constructor(
    @InjectConnection() connection: Connection,
    marks: PublicationMarks,
    private readonly takeover: Takeover,
    private readonly open: OpenOperations,
    private readonly overdue: OverdueOperations,
  ) {
    this.lease = new Lease(connection, 'caretaker', marks.processId, LEASE)
  }

  onApplicationBootstrap(): void {
    this.working = this.work()
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort()
    // A publish may be waiting for a broker that is away; what it leaves undone, another replica does.
    await atMost(STOP_WITHIN, this.working)
    await this.lease.release().catch(() => undefined)
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      const isMine = await this.attempt('holding the lease', () => this.lease.hold())
      if (isMine) {
        await this.attempt('looking at what is open', () => this.look())
        await this.attempt('publishing for the dead', () =>
          this.takeover.publishForTheDead(async () => !signal.aborted && this.lease.hold()),
        )
      } else this.open.standDown()
      await sleep(EVERY, undefined, { signal }).catch(() => undefined)
    }
  }

  private async look(): Promise<void> {
    this.overdue.askAgain(await this.open.look(this.overdue.horizon))
  }

  /** One kind of work that fails keeps no other one from being done; it is tried again a second later. */
  private async attempt<Result>(
    what: string,
    work: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ServiceError) this.logger.debug(`Not now, ${what}: ${error.message}`)
      else this.logger.error(`The caretaker failed at ${what}.`, error)
      return undefined
    }
  }
}
