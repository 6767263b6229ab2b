import { type DynamicModule, Module } from '@nestjs/common'

import { KafkaModule } from '#kafka'
import { ServiceDefaultsModule } from '#service-defaults'

import { orderContracts } from '../contracts/contracts.js'
import { type PaymentServiceSettings } from './payment-service.settings.js'
import { PaymentModule } from './payment/payment.module.js'

@Module({})
export class PaymentServiceModule {
  static forRoot(settings: PaymentServiceSettings): DynamicModule {
    return {
      module: PaymentServiceModule,
      imports: [
        ServiceDefaultsModule.forRoot({ service: 'payment-service', settings }),
        KafkaModule.of(orderContracts, {
          service: 'payment-service',
          settings,
          requiredForReadiness: true,
          // As many again as are worked on, so that the next one is at hand when one is done.
          inFlight: { 'payment-take': 2 * settings.PAYMENT_CONCURRENCY },
        }),
        PaymentModule.forRoot(settings),
      ],
    }
  }
}
