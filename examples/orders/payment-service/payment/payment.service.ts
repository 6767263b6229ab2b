import { Inject, Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { Gate, Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

import { type MessageOf } from '../../contracts/contracts.js'
import { type OrderPublisher } from '../../saga/order-topics.js'
import { type PaymentServiceSettings } from '../payment-service.settings.js'
import { judge } from './payment.policy.js'

export const PAYMENT_SETTINGS = Symbol('PAYMENT_SETTINGS')

export type PaymentSettings = Pick<
  PaymentServiceSettings,
  'PAYMENT_WORK_MS' | 'PAYMENT_CONCURRENCY' | 'PAYMENT_LIMIT'
>

/** Takes payments: a wait for each, as many at a time as the process may, over all its partitions. */
@Injectable()
export class Payment {
  private readonly places: Gate

  constructor(
    @Inject(PAYMENT_SETTINGS) private readonly settings: PaymentSettings,
    @Inject(Publisher) private readonly publisher: OrderPublisher,
  ) {
    this.places = new Gate(settings.PAYMENT_CONCURRENCY)
  }

  async take(
    payments: MessageOf<'payment-take'>[],
    traces: readonly TraceContext[],
  ): Promise<void> {
    const decisions = await Promise.all(payments.map((payment) => this.decide(payment)))
    await this.publisher.publish('payment-take-response', decisions, traces)
  }

  private async decide({
    operationId,
    amount,
  }: MessageOf<'payment-take'>): Promise<MessageOf<'payment-take-response'>> {
    const place = await this.places.enter(1)
    try {
      // In the place of a provider, which has to be given the operation's id: asked again, it must not take the money again.
      await sleep(this.settings.PAYMENT_WORK_MS)
    } finally {
      this.places.leave(place)
    }
    const decision = judge({ amount }, this.settings.PAYMENT_LIMIT)
    return { operationId, decision, decidedAt: new Date().toISOString() }
  }
}
