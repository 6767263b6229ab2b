import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'
import { DatabaseModule } from '#store'

import { ErasureModule } from './erasure/erasure.module.js'
import { UserCreationModule } from './user-creation/user-creation.module.js'
import { type UserServiceSettings } from './user-service.settings.js'
import { UsersModule } from './users/users.module.js'

@Module({})
export class UserServiceModule {
  static forRoot(settings: UserServiceSettings): DynamicModule {
    return {
      module: UserServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'user-service', settings }),
        DatabaseModule.forRoot({ uri: settings.MONGODB_URI, name: 'user_service' }),
        KafkaModule.forRoot({ service: 'user-service', settings, requiredForReadiness: true }),
        UsersModule.forRoot(settings),
        UserCreationModule.forRoot(settings),
        ErasureModule.forRoot(settings),
      ],
    }
  }
}
