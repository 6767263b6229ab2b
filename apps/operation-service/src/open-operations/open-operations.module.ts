import { type DynamicModule, Module } from '@nestjs/common'
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus'

import { type OperationServiceSettings } from '../operation-service.settings.js'
import { OperationsStoreModule } from '../operations/operations-store.module.js'
import { PublicationModule } from '../publication/publication.module.js'
import { Caretaker } from './caretaker.service.js'
import { OpenOperations } from './open-operations.service.js'
import { OVERDUE_AFTER, OverdueOperations } from './overdue-operations.service.js'
import { Takeover } from './takeover.service.js'

@Module({})
export class OpenOperationsModule {
  static forRoot({
    SAGA_DEADLINE_MS,
  }: Pick<OperationServiceSettings, 'SAGA_DEADLINE_MS'>): DynamicModule {
    return {
      module: OpenOperationsModule,
      imports: [OperationsStoreModule, PublicationModule],
      providers: [
        Caretaker,
        OpenOperations,
        OverdueOperations,
        Takeover,
        { provide: OVERDUE_AFTER, useValue: SAGA_DEADLINE_MS },
        makeGaugeProvider({
          name: 'tideway_operations_open',
          help: 'Operations accepted and not ended; told by one replica.',
        }),
        makeGaugeProvider({
          name: 'tideway_operations_oldest_open_age_seconds',
          help: 'Age of the oldest open operation, 0 while none is older than ten seconds; told by one replica.',
        }),
      ],
    }
  }
}
