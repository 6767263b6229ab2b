import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { OnTopic } from '#kafka'

import { Erasure } from './erasure.service.js'

@Controller()
export class ErasureMessagesController {
  constructor(private readonly erasure: Erasure) {}

  @OnTopic('user-erase')
  erase(@Payload() requests: MessageOf<'user-erase'>[]): Promise<void> {
    return this.erasure.erase(requests)
  }
}
