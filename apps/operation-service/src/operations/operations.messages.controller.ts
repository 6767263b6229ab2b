import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { OnTopic } from '#kafka'

import { Erasure } from './erasure.service.js'
import { OperationsService } from './operations.service.js'

@Controller()
export class OperationsMessagesController {
  constructor(
    private readonly operations: OperationsService,
    private readonly erasure: Erasure,
  ) {}

  @OnTopic('user-create-response')
  finish(@Payload() responses: MessageOf<'user-create-response'>[]): Promise<void> {
    return this.operations.finish(responses)
  }

  @OnTopic('user-erase')
  erase(@Payload() requests: MessageOf<'user-erase'>[]): Promise<void> {
    return this.erasure.erase(requests)
  }
}
