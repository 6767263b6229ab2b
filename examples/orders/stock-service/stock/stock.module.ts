import { type DynamicModule, Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { type StockServiceSettings } from '../stock-service.settings.js'
import { StockMessagesController } from './stock.messages.controller.js'
import { StockRepository } from './stock.repository.js'
import {
  ReleaseRecord,
  ReleaseSchema,
  ReservationRecord,
  ReservationSchema,
} from './stock.schema.js'
import { Stock, STOCK_MOST } from './stock.service.js'

@Module({})
export class StockModule {
  static forRoot(settings: Pick<StockServiceSettings, 'STOCK_MOST'>): DynamicModule {
    return {
      module: StockModule,
      imports: [
        MongooseModule.forFeature([
          { name: ReservationRecord.name, schema: ReservationSchema },
          { name: ReleaseRecord.name, schema: ReleaseSchema },
        ]),
      ],
      controllers: [StockMessagesController],
      providers: [Stock, StockRepository, { provide: STOCK_MOST, useValue: settings.STOCK_MOST }],
    }
  }
}
