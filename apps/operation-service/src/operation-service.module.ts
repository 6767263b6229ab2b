import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'
import { DatabaseModule } from '#store'

import { OpenOperationsModule } from './open-operations/open-operations.module.js'
import { type OperationServiceSettings } from './operation-service.settings.js'
import { OperationsModule } from './operations/operations.module.js'

@Module({})
export class OperationServiceModule {
  static forRoot(settings: OperationServiceSettings): DynamicModule {
    return {
      module: OperationServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'operation-service', settings }),
        DatabaseModule.forRoot({ uri: settings.MONGODB_URI, name: 'operation_service' }),
        KafkaModule.forRoot({
          service: 'operation-service',
          settings,
          requiredForReadiness: false,
        }),
        OperationsModule.forRoot(settings),
        OpenOperationsModule.forRoot(settings),
      ],
    }
  }
}
