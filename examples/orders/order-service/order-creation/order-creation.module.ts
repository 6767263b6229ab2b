import { type DynamicModule, Module } from '@nestjs/common'

import { type OrderServiceSettings } from '../order-service.settings.js'
import { OrdersStoreModule } from '../orders/orders-store.module.js'
import { OrderCreationMessagesController } from './order-creation.messages.controller.js'
import { OrderMetrics, orderMetricProviders } from './order-creation.metrics.js'
import { OrderCreation } from './order-creation.service.js'
import { ORDER_DEADLINE, OverdueOrders } from './overdue-orders.service.js'

@Module({})
export class OrderCreationModule {
  static forRoot({
    SAGA_DEADLINE_MS,
  }: Pick<OrderServiceSettings, 'SAGA_DEADLINE_MS'>): DynamicModule {
    return {
      module: OrderCreationModule,
      imports: [OrdersStoreModule],
      controllers: [OrderCreationMessagesController],
      providers: [
        OrderCreation,
        OverdueOrders,
        OrderMetrics,
        ...orderMetricProviders,
        { provide: ORDER_DEADLINE, useValue: SAGA_DEADLINE_MS },
      ],
    }
  }
}
