import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'

import { ApprovalModule } from './approval/approval.module.js'
import { type UserApprovalServiceSettings } from './user-approval-service.settings.js'

@Module({})
export class UserApprovalServiceModule {
  static forRoot(settings: UserApprovalServiceSettings): DynamicModule {
    return {
      module: UserApprovalServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'user-approval-service', settings }),
        KafkaModule.forRoot({
          service: 'user-approval-service',
          settings,
          requiredForReadiness: true,
          // As many again as are worked on, so that the next one is at hand when one is done.
          inFlight: { 'user-approve': 2 * settings.APPROVAL_CONCURRENCY },
        }),
        ApprovalModule.forRoot(settings),
      ],
    }
  }
}
