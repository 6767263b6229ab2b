import { randomUUID } from 'node:crypto'

import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'

import { Lease, OpenWalk, Retention, SoleWorker, WALK_START } from '#store'

import { type DecisionRecord } from './decision.schema.js'
import { type UserRecord } from './user.schema.js'
import { UsersRepository } from './users.repository.js'

/** How long a replica that walked and died is waited for, in milliseconds. */
const LEASE = 5_000

/**
 * Once a second, on one of the replicas, moves the mark on below which no user is pending, so that those who are pending
 * are found among any number of others; and removes what is kept no longer.
 */
@Injectable()
export class PendingUsers implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: SoleWorker

  constructor(
    @InjectConnection() connection: Connection,
    private readonly repository: UsersRepository,
    retention: Retention<UserRecord, DecisionRecord>,
  ) {
    this.worker = new SoleWorker(
      new Logger(PendingUsers.name),
      new Lease(connection, 'caretaker', randomUUID(), LEASE),
      {
        'walking over pending users': () => this.walk(),
        'removing what is old': () => retention.look(),
      },
    )
  }

  onApplicationBootstrap(): void {
    this.worker.start()
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop()
  }

  /**
   * Moves the mark on: each time from what is stored, for users that came late may have put it back.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async walk(): Promise<void> {
    const { users, decisions, position } = this.repository
    const { walk, state } = await position.begin()
    const open = new OpenWalk(
      {
        // What is there and what was noticed are told by the same server, also just after an election.
        begun: (after, before, limit) => users.idsBetween(after, before, limit, 'local'),
        ended: async (ids) => new Map([...(await decisions.present(ids))].map((id) => [id, ''])),
      },
      state,
    )
    await open.next(Date.now(), 0)
    // Nobody asks for totals here, and some would be counted again.
    await position.store(walk, { ...open.position, totals: WALK_START.totals })
  }
}
