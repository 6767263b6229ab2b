import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'

import { Lease, Retention, SoleWorker } from '#store'

import { type OperationRecord } from '../operations/operation.schema.js'
import { type OutcomeRecord } from '../operations/outcome.schema.js'
import { PublicationMarks } from '../publication/publication-marks.service.js'
import { OpenOperations } from './open-operations.service.js'
import { OverdueOperations } from './overdue-operations.service.js'
import { Takeover } from './takeover.service.js'

/** How long a caretaker that died is waited for, in milliseconds. */
const LEASE = 5_000

/** Once a second, on one of the replicas, looks after what is open, and after what is kept no longer. */
@Injectable()
export class Caretaker implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: SoleWorker

  constructor(
    @InjectConnection() connection: Connection,
    marks: PublicationMarks,
    private readonly takeover: Takeover,
    private readonly open: OpenOperations,
    private readonly overdue: OverdueOperations,
    retention: Retention<OperationRecord, OutcomeRecord>,
  ) {
    this.worker = new SoleWorker(
      new Logger(Caretaker.name),
      new Lease(connection, 'caretaker', marks.processId, LEASE),
      {
        'looking at what is open': () => this.look(),
        'publishing for the dead': () =>
          this.takeover.publishForTheDead(() => this.worker.mayGoOn()),
        'removing what is old': () => retention.look(),
      },
      () => this.open.standDown(),
    )
  }

  onApplicationBootstrap(): void {
    this.worker.start()
  }

  /** What it leaves undone, another replica does. */
  onModuleDestroy(): Promise<void> {
    return this.worker.stop()
  }

  private async look(): Promise<void> {
    this.overdue.askAgain(await this.open.look(this.overdue.horizon))
  }
}
