import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { OnTopic } from '#kafka'

import { OperationsService } from './operations.service.js'

@Controller()
export class OperationsMessagesController {
  constructor(private readonly operations: OperationsService) {}

  @OnTopic('user-create-response')
  finish(@Payload() responses: MessageOf<'user-create-response'>[]): Promise<void> {
    return this.operations.finish(responses)
  }
}
