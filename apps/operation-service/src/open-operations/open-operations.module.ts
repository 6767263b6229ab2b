import { type DynamicModule, Module } from '@nestjs/common'
import { getConnectionToken } from '@nestjs/mongoose'
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus'
import { type Connection } from 'mongoose'

import { Retention, WalkPosition } from '#store'

import { type OperationServiceSettings } from '../operation-service.settings.js'
import { OperationsRepository } from '../operations/operations.repository.js'
import { OperationsStoreModule } from '../operations/operations-store.module.js'
import { PublicationModule } from '../publication/publication.module.js'
import { Caretaker } from './caretaker.service.js'
import { OpenOperations } from './open-operations.service.js'
import { OVERDUE_AFTER, OverdueOperations } from './overdue-operations.service.js'
import { Takeover } from './takeover.service.js'

const DAY = 24 * 60 * 60 * 1_000

@Module({})
export class OpenOperationsModule {
  static forRoot({
    SAGA_DEADLINE_MS,
    RETENTION_DAYS,
  }: Pick<OperationServiceSettings, 'SAGA_DEADLINE_MS' | 'RETENTION_DAYS'>): DynamicModule {
    return {
      module: OpenOperationsModule,
      imports: [OperationsStoreModule, PublicationModule],
      providers: [
        Caretaker,
        OpenOperations,
        OverdueOperations,
        Takeover,
        { provide: OVERDUE_AFTER, useValue: SAGA_DEADLINE_MS },
        {
          provide: Retention,
          inject: [getConnectionToken(), WalkPosition, OperationsRepository],
          useFactory: (
            connection: Connection,
            position: WalkPosition,
            { operations, outcomes }: OperationsRepository,
          ) =>
            new Retention(connection, position, {
              begun: operations,
              ended: outcomes,
              condition: {},
              endedAt: ({ finishedAt }) => finishedAt,
              keptFor: RETENTION_DAYS * DAY,
            }),
        },
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
