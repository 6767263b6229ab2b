import { Controller } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { type BatchContext, OnTopic } from '#kafka'

import { Approval } from './approval.service.js'

@Controller()
export class ApprovalMessagesController {
  constructor(private readonly approval: Approval) {}

  @OnTopic('user-approve')
  approve(
    @Payload() users: MessageOf<'user-approve'>[],
    @Ctx() { traces }: BatchContext,
  ): Promise<void> {
    return this.approval.approve(users, traces)
  }
}
