import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'

import { type BatchContext } from '#kafka'

import { type MessageOf } from '../../contracts/contracts.js'
import { OnTopic } from '../../saga/order-topics.js'
import { Stock } from './stock.service.js'

@Controller()
export class StockMessagesController {
  constructor(private readonly stock: Stock) {}

  @OnTopic('stock-reserve')
  reserve(@Payload() requests: MessageOf<'stock-reserve'>[], @Ctx() { traces }: BatchContext) {
    return this.stock.reserve(requests, traces)
  }

  @OnTopic('stock-release')
  release(@Payload() requests: MessageOf<'stock-release'>[], @Ctx() { traces }: BatchContext) {
    return this.stock.release(requests, traces)
  }
}
