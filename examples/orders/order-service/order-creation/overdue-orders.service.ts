import { randomUUID } from 'node:crypto'

import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'

import { acceptedAt } from '#contracts'
import { Publisher } from '#kafka'
import { Lease, OpenWalk, SoleWorker } from '#store'

import { type OrderPublisher } from '../../saga/order-topics.js'
import { OrdersRepository } from '../orders/orders.repository.js'

/** The saga's deadline, in milliseconds from the acceptance of an operation. */
export const ORDER_DEADLINE = Symbol('ORDER_DEADLINE')

/** How long a replica that looked and died is waited for, in milliseconds. */
const LEASE = 5_000
const ASK_AGAIN_EVERY = 60_000

/**
 * Once a second, on one of the replicas, looks for orders that are open after their deadline, and publishes that they are
 * overdue. Nothing is decided here: the handler asks the table, and its offset makes sure that what follows is published.
 */
@Injectable()
export class OverdueOrders implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly worker: SoleWorker
  /** When each was asked for last, in milliseconds since the epoch. */
  private asked = new Map<string, number>()

  constructor(
    @InjectConnection() connection: Connection,
    private readonly repository: OrdersRepository,
    @Inject(Publisher) private readonly publisher: OrderPublisher,
    @Inject(ORDER_DEADLINE) private readonly deadline: number,
  ) {
    this.worker = new SoleWorker(
      new Logger(OverdueOrders.name),
      new Lease(connection, 'caretaker', randomUUID(), LEASE),
      { 'looking for overdue orders': () => this.look() },
    )
  }

  onApplicationBootstrap(): void {
    this.worker.start()
  }

  onModuleDestroy(): Promise<void> {
    return this.worker.stop()
  }

  /** @throws DatabaseUnavailable, OutcomeUnknown, BrokerUnavailable */
  async look(): Promise<void> {
    const { orders, position } = this.repository
    const now = Date.now()
    const horizon = now - this.deadline
    const { walk, state } = await position.begin()
    const open = new OpenWalk(
      {
        begun: (after, before, limit) => orders.idsBetween(after, before, limit, 'local'),
        ended: (ids) => this.repository.ended(ids),
      },
      state,
    )
    const overdue = (await open.next(now, horizon)).filter((id) => acceptedAt(id) <= horizon)
    await position.store(walk, open.position)
    await this.askAgain(overdue, now)
  }

  /** Not each second: what waits in the topics of a service that is away is not asked for thousands of times. */
  private async askAgain(overdue: string[], now: number): Promise<void> {
    const due = overdue.filter((id) => (this.asked.get(id) ?? 0) <= now - ASK_AGAIN_EVERY)
    const askedAt = new Date(now).toISOString()
    await this.publisher.publish(
      'order-overdue',
      due.map((operationId) => ({ operationId, askedAt })),
    )
    const before = this.asked
    for (const id of due) before.set(id, now)
    this.asked = new Map(overdue.map((id) => [id, before.get(id)!]))
  }
}
