import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'

import { type BatchContext } from '#kafka'

import { type MessageOf } from '../../contracts/contracts.js'
import { OnTopic } from '../../saga/order-topics.js'
import { Payment } from './payment.service.js'

@Controller()
export class PaymentMessagesController {
  constructor(private readonly payment: Payment) {}

  @OnTopic('payment-take')
  take(@Payload() payments: MessageOf<'payment-take'>[], @Ctx() { traces }: BatchContext) {
    return this.payment.take(payments, traces)
  }
}
