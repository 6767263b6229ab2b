import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { OrderSchema, StepSchema } from './order.schema.js'
import { OrdersRepository } from './orders.repository.js'

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: 'orders', schema: OrderSchema },
      ...['reservations', 'payments', 'releases'].map((name) => ({
        name,
        collection: name,
        schema: StepSchema,
      })),
    ]),
  ],
  providers: [OrdersRepository],
  exports: [OrdersRepository],
})
export class OrdersStoreModule {}
