import { type DynamicModule, Module } from '@nestjs/common'

import { PaymentMessagesController } from './payment.messages.controller.js'
import { Payment, PAYMENT_SETTINGS, type PaymentSettings } from './payment.service.js'

@Module({})
export class PaymentModule {
  static forRoot(settings: PaymentSettings): DynamicModule {
    return {
      module: PaymentModule,
      controllers: [PaymentMessagesController],
      providers: [Payment, { provide: PAYMENT_SETTINGS, useValue: settings }],
    }
  }
}
