import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'

import { type UserApprove } from '../../topics.js'
import { ApprovalService } from './approval.service.js'

@Controller()
export class ApprovalMessagesController {
  constructor(private readonly approval: ApprovalService) {}

  @EventPattern('user-approve')
  async approve(@Payload() user: UserApprove) {
    await this.approval.approve(user)
  }
}
