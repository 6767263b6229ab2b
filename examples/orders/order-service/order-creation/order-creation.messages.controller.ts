import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'

import { type BatchContext } from '#kafka'

import { type MessageOf } from '../../contracts/contracts.js'
import { OnTopic } from '../../saga/order-topics.js'
import { OrderCreation } from './order-creation.service.js'

@Controller()
export class OrderCreationMessagesController {
  constructor(private readonly orderCreation: OrderCreation) {}

  @OnTopic('order-create')
  request(@Payload() orders: MessageOf<'order-create'>[], @Ctx() { traces }: BatchContext) {
    return this.orderCreation.request(orders, traces)
  }

  @OnTopic('stock-reserve-response')
  reserve(
    @Payload() decisions: MessageOf<'stock-reserve-response'>[],
    @Ctx() { traces }: BatchContext,
  ) {
    return this.orderCreation.decide(decisions, traces)
  }

  @OnTopic('payment-take-response')
  pay(@Payload() decisions: MessageOf<'payment-take-response'>[], @Ctx() { traces }: BatchContext) {
    return this.orderCreation.decide(decisions, traces)
  }

  @OnTopic('stock-release-response')
  release(
    @Payload() releases: MessageOf<'stock-release-response'>[],
    @Ctx() { traces }: BatchContext,
  ) {
    return this.orderCreation.release(releases, traces)
  }

  @OnTopic('order-overdue')
  expire(@Payload() overdue: MessageOf<'order-overdue'>[], @Ctx() { traces }: BatchContext) {
    return this.orderCreation.expire(overdue, traces)
  }
}
