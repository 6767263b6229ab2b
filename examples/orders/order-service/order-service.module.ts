import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'
import { DatabaseModule } from '#store'

import { orderContracts } from '../contracts/contracts.js'
import { OrderCreationModule } from './order-creation/order-creation.module.js'
import { type OrderServiceSettings } from './order-service.settings.js'

@Module({})
export class OrderServiceModule {
  static forRoot(settings: OrderServiceSettings): DynamicModule {
    return {
      module: OrderServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'order-service', settings }),
        DatabaseModule.forRoot({ uri: settings.MONGODB_URI, name: 'order_service' }),
        KafkaModule.of(orderContracts, {
          service: 'order-service',
          settings,
          requiredForReadiness: true,
        }),
        OrderCreationModule.forRoot(settings),
      ],
    }
  }
}
