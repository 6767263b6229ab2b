import { acceptedAt, newOperationId } from '#contracts'
import { type BatchContext, BrokerUnavailable } from '#kafka'
import { type DatabaseCall, MemoryDatabase, memoryModel } from '#testing'
import { mongo } from 'mongoose'

import { type MessageOf, type TopicName } from '../contracts/contracts.js'
import { OrderCreation } from '../order-service/order-creation/order-creation.service.js'
import { type OrderMetrics } from '../order-service/order-creation/order-creation.metrics.js'
import { OrderCreationMessagesController } from '../order-service/order-creation/order-creation.messages.controller.js'
import { OrdersRepository } from '../order-service/orders/orders.repository.js'
import { judge } from '../payment-service/payment/payment.policy.js'
import { type OrderPublisher } from '../saga/order-topics.js'
import { StockMessagesController } from '../stock-service/stock/stock.messages.controller.js'
import { StockRepository } from '../stock-service/stock/stock.repository.js'
import { Stock } from '../stock-service/stock/stock.service.js'

export const STOCK_MOST = 10
export const PAYMENT_LIMIT = 1_000

type Message = { operationId: string }
type Handle = (messages: never[], context: BatchContext) => Promise<void>

/** What happens next: a number from 0 to `most`. */
export type Choose = (most: number) => number

export interface Letter {
  topic: TopicName
  message: Message
}

/**
 * The services' own handlers on databases in memory and a broker that is a heap of messages: they are delivered in any order,
 * some of them twice, and a call of the database or of the broker may be the last one that a handler makes, before or after it
 * had its effect.
 */
export class OrdersModel {
  readonly orders = new MemoryDatabase()
  readonly stock = new MemoryDatabase()
  /** Everything that was ever published. */
  readonly published: Letter[] = []
  /** What is not committed. */
  readonly waiting: Letter[] = []
  private readonly handlers: Readonly<Record<TopicName, Handle>>
  private callsUntilDeath = Infinity

  /** @param forgetful the stock-service keeps no record of a release that comes before its reservation */
  constructor(
    private readonly choose: Choose,
    { forgetful = false } = {},
  ) {
    const publisher = {
      publish: (topic: TopicName, messages: Message[]) =>
        this.call(
          () => this.publish(topic, messages),
          () => new BrokerUnavailable(topic, new Error('away')),
        ),
    } as unknown as OrderPublisher
    const line = <Answer>({ effect }: DatabaseCall<Answer>) =>
      this.call(
        () => effect(),
        () => new mongo.MongoNetworkError('the connection broke'),
      )
    const [orders, stock] = [this.orders.connection(line), this.stock.connection(line)]
    const repository = new OrdersRepository(
      memoryModel(orders, 'orders'),
      memoryModel(orders, 'reservations'),
      memoryModel(orders, 'payments'),
      memoryModel(orders, 'releases'),
    )
    const metrics = { taken: () => undefined } as unknown as OrderMetrics
    const order = new OrderCreationMessagesController(
      new OrderCreation(repository, publisher, metrics),
    )
    const reservations = new StockRepository(
      memoryModel(stock, 'reservations'),
      memoryModel(stock, 'releases'),
    )
    const reserving = new StockMessagesController(new Stock(reservations, publisher, STOCK_MOST))
    this.handlers = {
      'order-create': (messages, context) => order.request(messages, context),
      'stock-reserve-response': (messages, context) => order.reserve(messages, context),
      'payment-take-response': (messages, context) => order.pay(messages, context),
      'stock-release-response': (messages, context) => order.release(messages, context),
      'order-overdue': (messages, context) => order.expire(messages, context),
      'stock-reserve': (messages, context) => reserving.reserve(messages, context),
      'stock-release': async (messages: MessageOf<'stock-release'>[], context) => {
        const reserved = this.stock.documents('reservations').map(({ _id }) => _id)
        const known = messages.filter(({ operationId }) => reserved.includes(operationId))
        await reserving.release(forgetful ? known : messages, context)
        if (!forgetful) return
        const releasedAt = new Date().toISOString()
        const others = messages.filter((each) => !known.includes(each))
        this.publish(
          'stock-release-response',
          others.map((each) => ({ ...each, releasedAt })),
        )
      },
      'payment-take': (messages: MessageOf<'payment-take'>[]) =>
        publisher.publish(
          'payment-take-response',
          messages.map((each) => ({
            operationId: each.operationId,
            decision: judge(each, PAYMENT_LIMIT),
            decidedAt: new Date().toISOString(),
          })),
        ),
      'order-create-response': async () => undefined,
    }
  }

  /** An operation is accepted. @returns its id */
  accept(fields: { quantity: number; amount: number }): string {
    const operationId = newOperationId()
    const createdAt = new Date(acceptedAt(operationId)).toISOString()
    this.publish('order-create', [{ operationId, item: 'lamp', createdAt, ...fields } as Message])
    return operationId
  }

  publish(topic: TopicName, messages: Message[]): void {
    for (const message of messages) {
      // As it would come out of the broker.
      const letter = { topic, message: structuredClone(message) }
      this.published.push(letter)
      this.waiting.push(letter)
    }
  }

  /** One batch of a topic is handled, and committed if that went well. @param callsUntilDeath which of its calls is the last */
  async deliver(callsUntilDeath = Infinity): Promise<void> {
    const { topic } = this.waiting[this.choose(this.waiting.length - 1)]!
    const ofTopic = this.waiting.filter((each) => each.topic === topic)
    const from = this.choose(ofTopic.length - 1)
    const batch = ofTopic.slice(from, from + 1 + this.choose(2))
    this.callsUntilDeath = callsUntilDeath
    try {
      const messages = batch.map(({ message }) => message) as never[]
      await this.handlers[topic](messages, { topic, publishedAt: [], traces: [] })
    } catch {
      return
    } finally {
      this.callsUntilDeath = Infinity
    }
    for (const letter of batch) this.waiting.splice(this.waiting.indexOf(letter), 1)
  }

  /** What was ever published comes again. */
  repeat(): void {
    this.waiting.push(this.published[this.choose(this.published.length - 1)]!)
  }

  /** A message is lost, to the dead letters for example. */
  lose(): void {
    const lost = this.waiting.findIndex(({ topic }) => topic !== 'order-create')
    if (lost >= 0) this.waiting.splice(lost, 1)
  }

  private async call<Answer>(effect: () => Answer, death: () => Error): Promise<Answer> {
    this.callsUntilDeath -= 1
    if (this.callsUntilDeath >= 0) return effect()
    // Nobody knows whether the last call had its effect.
    if (this.callsUntilDeath === -1 && this.choose(1) === 1) effect()
    throw death()
  }
}
