import { type DynamicModule, Module } from '@nestjs/common'

import { ApprovalMessagesController } from './approval.messages.controller.js'
import { Approval, APPROVAL_SETTINGS, type ApprovalSettings } from './approval.service.js'

@Module({})
export class ApprovalModule {
  static forRoot(settings: ApprovalSettings): DynamicModule {
    return {
      module: ApprovalModule,
      controllers: [ApprovalMessagesController],
      providers: [Approval, { provide: APPROVAL_SETTINGS, useValue: settings }],
    }
  }
}
