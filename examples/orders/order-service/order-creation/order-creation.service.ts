import { Inject, Injectable } from '@nestjs/common'

import { Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

import { type MessageOf } from '../../contracts/contracts.js'
import { ORDER_FOLLOWS, orderSaga } from '../../contracts/order.saga.js'
import { type OrderPublisher } from '../../saga/order-topics.js'
import { takeSteps } from '../../saga/take-steps.js'
import {
  type OrderHappening,
  OrdersRepository,
  type OrderStep,
} from '../orders/orders.repository.js'
import {
  orderResponse,
  paymentRequest,
  releaseRequest,
  stockRequest,
} from './order-creation.messages.js'
import { OrderMetrics } from './order-creation.metrics.js'

type Traces = readonly TraceContext[]

/** Runs the saga of order.saga.ts for whole batches. */
@Injectable()
export class OrderCreation {
  constructor(
    private readonly repository: OrdersRepository,
    @Inject(Publisher) private readonly publisher: OrderPublisher,
    private readonly metrics: OrderMetrics,
  ) {}

  /** Orders are asked for. */
  request(orders: MessageOf<'order-create'>[], traces: Traces): Promise<void> {
    return this.run(
      orders.map(({ operationId, item, quantity, amount, createdAt }, index) => ({
        id: operationId,
        event: 'requested',
        at: new Date(),
        order: { _id: operationId, item, quantity, amount, createdAt: new Date(createdAt) },
        trace: traces[index],
      })),
    )
  }

  /** Stock was reserved or not, payment was taken or not. */
  decide(
    decisions: MessageOf<'stock-reserve-response' | 'payment-take-response'>[],
    traces: Traces,
  ): Promise<void> {
    return this.run(
      decisions.map(({ operationId, decision, decidedAt }, index) => ({
        id: operationId,
        event: decision,
        at: new Date(decidedAt),
        trace: traces[index],
      })),
    )
  }

  /** Stock was released. */
  release(releases: MessageOf<'stock-release-response'>[], traces: Traces): Promise<void> {
    return this.run(
      releases.map(({ operationId, releasedAt }, index) => ({
        id: operationId,
        event: 'released',
        at: new Date(releasedAt),
        trace: traces[index],
      })),
    )
  }

  /** Orders are still open after their deadline. */
  expire(overdue: MessageOf<'order-overdue'>[], traces: Traces): Promise<void> {
    return this.run(
      overdue.map(({ operationId, askedAt }, index) => ({
        id: operationId,
        event: 'overdue',
        at: new Date(askedAt),
        trace: traces[index],
      })),
    )
  }

  private async run(happenings: OrderHappening[]): Promise<void> {
    const taken = await takeSteps(happenings, orderSaga, this.repository)
    this.metrics.taken(taken)
    await this.publish(taken.filter(({ step }) => step.result !== 'unknown'))
  }

  /** Publishes what follows, from what is stored; of repeated messages too, for it may have been lost. */
  private async publish(taken: OrderStep[]): Promise<void> {
    const following = (topic: string) =>
      taken.filter(({ after }) => after !== 'absent' && ORDER_FOLLOWS[after] === topic)
    const traces = (steps: OrderStep[]) => steps.map(({ happening }) => happening.trace)
    const [reserve, pay, release, answer] = [
      following('stock-reserve'),
      following('payment-take'),
      following('stock-release'),
      following('order-create-response'),
    ]
    // Before anybody is told of them: one that is stored late may lie below the mark of the walk over open orders.
    await this.repository.position.notice(reserve.map(({ happening }) => happening.id))
    await Promise.all([
      this.publisher.publish('stock-reserve', reserve.map(stockRequest), traces(reserve)),
      this.publisher.publish('payment-take', pay.map(paymentRequest), traces(pay)),
      this.publisher.publish('stock-release', release.map(releaseRequest), traces(release)),
      this.publisher.publish('order-create-response', answer.map(orderResponse), traces(answer)),
    ])
  }
}
