import { Module } from '@nestjs/common'

import { HealthController } from '../health/health.controller.js'
import { kafkaClient } from '../kafka.js'
import { ApprovalMessagesController } from './approval/approval.messages.controller.js'
import { ApprovalService } from './approval/approval.service.js'

@Module({
  imports: [kafkaClient('user-approval-service')],
  controllers: [ApprovalMessagesController, HealthController],
  providers: [ApprovalService],
})
export class UserApprovalServiceModule {}
