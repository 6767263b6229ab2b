import { type DynamicModule, Module } from '@nestjs/common'

import { type UserServiceSettings } from '../user-service.settings.js'
import { UsersStoreModule } from '../users/users-store.module.js'
import { ErasureController } from './erasure.controller.js'
import { ErasureMessagesController } from './erasure.messages.controller.js'
import { DECIDED_WITHIN, Erasure } from './erasure.service.js'

@Module({})
export class ErasureModule {
  static forRoot({
    SAGA_DEADLINE_MS,
  }: Pick<UserServiceSettings, 'SAGA_DEADLINE_MS'>): DynamicModule {
    return {
      module: ErasureModule,
      imports: [UsersStoreModule],
      controllers: [ErasureController, ErasureMessagesController],
      providers: [Erasure, { provide: DECIDED_WITHIN, useValue: SAGA_DEADLINE_MS }],
    }
  }
}
