import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'
import { DatabaseModule } from '#store'

import { orderContracts } from '../contracts/contracts.js'
import { type StockServiceSettings } from './stock-service.settings.js'
import { StockModule } from './stock/stock.module.js'

@Module({})
export class StockServiceModule {
  static forRoot(settings: StockServiceSettings): DynamicModule {
    return {
      module: StockServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'stock-service', settings }),
        DatabaseModule.forRoot({ uri: settings.MONGODB_URI, name: 'stock_service' }),
        KafkaModule.of(orderContracts, {
          service: 'stock-service',
          settings,
          requiredForReadiness: true,
        }),
        StockModule.forRoot(settings),
      ],
    }
  }
}
