import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { type BatchContext, OnTopic } from '#kafka'

import { UserCreation } from './user-creation.service.js'

@Controller()
export class UserCreationMessagesController {
  constructor(private readonly userCreation: UserCreation) {}

  @OnTopic('user-create')
  request(
    @Payload() requests: MessageOf<'user-create'>[],
    @Ctx() { publishedAt, traces }: BatchContext,
  ): Promise<void> {
    return this.userCreation.request(requests, publishedAt, traces)
  }

  @OnTopic('user-approve-response')
  settle(
    @Payload() decisions: MessageOf<'user-approve-response'>[],
    @Ctx() { traces }: BatchContext,
  ): Promise<void> {
    return this.userCreation.settle(decisions, traces)
  }
}
