import { type DynamicModule, Module } from '@nestjs/common'

import { type UserServiceSettings } from '../user-service.settings.js'
import { UsersStoreModule } from '../users/users-store.module.js'
import { UserCreationMessagesController } from './user-creation.messages.controller.js'
import { sagaMetricProviders, SagaMetrics } from './user-creation.metrics.js'
import { SAGA_DEADLINE, UserCreation } from './user-creation.service.js'

@Module({})
export class UserCreationModule {
  static forRoot({
    SAGA_DEADLINE_MS,
  }: Pick<UserServiceSettings, 'SAGA_DEADLINE_MS'>): DynamicModule {
    return {
      module: UserCreationModule,
      imports: [UsersStoreModule],
      controllers: [UserCreationMessagesController],
      providers: [
        UserCreation,
        SagaMetrics,
        ...sagaMetricProviders,
        { provide: SAGA_DEADLINE, useValue: SAGA_DEADLINE_MS },
      ],
    }
  }
}
