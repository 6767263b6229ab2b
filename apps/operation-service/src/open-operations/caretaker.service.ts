import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'
import { setTimeout as sleep } from 'node:timers/promises'

import { ServiceError } from '#service-defaults'
import { Lease } from '#store'

import { PublicationMarks } from '../publication/publication-marks.service.js'
import { OpenOperations } from './open-operations.service.js'
import { OverdueOperations } from './overdue-operations.service.js'
import { Takeover } from './takeover.service.js'

const EVERY = 1_000
/** How long a caretaker that died is waited for, in milliseconds. */
const LEASE = 5_000

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
    await this.working
    await this.lease.release().catch(() => undefined)
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      try {
        await this.look(signal)
      } catch (error) {
        this.open.standDown()
        if (error instanceof ServiceError)
          this.logger.debug(`Nothing was looked after: ${error.message}`)
        else this.logger.error('Nothing was looked after.', error)
      }
      await sleep(EVERY, undefined, { signal }).catch(() => undefined)
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    if (!(await this.lease.hold())) {
      this.open.standDown()
      return
    }
    await this.takeover.publishForTheDead(signal)
    this.overdue.askAgain(await this.open.look(this.overdue.horizon))
  }
}
