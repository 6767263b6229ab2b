import { Controller } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'

import { type MessageOf } from '#contracts'
import { OnTopic } from '#kafka'

import { Approval } from './approval.service.js'

@Controller()
export class ApprovalMessagesController {
  constructor(private readonly approval: Approval) {}

  @OnTopic('user-approve')
  approve(@Payload() users: MessageOf<'user-approve'>[]): Promise<void> {
    return this.approval.approve(users)
  }
}
