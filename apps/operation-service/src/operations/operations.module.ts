import { type DynamicModule, Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { IndexesModule } from '#store'

import {
  IdempotencyKeyRecord,
  IdempotencyKeySchema,
  KEPT_FOR,
} from '../idempotency/idempotency-key.schema.js'
import { IdempotencyKeys } from '../idempotency/idempotency-keys.repository.js'
import { IdempotentAcceptance } from '../idempotency/idempotent-acceptance.service.js'
import { type OperationServiceSettings } from '../operation-service.settings.js'
import { PublicationModule } from '../publication/publication.module.js'
import { OutcomeWatch } from '../waiting/outcome-watch.service.js'
import { Acceptance, MOST_UNPUBLISHED } from './acceptance.service.js'
import { Erasure } from './erasure.service.js'
import { OperationsController } from './operations.controller.js'
import { OperationsMessagesController } from './operations.messages.controller.js'
import { operationMetricProviders, OperationMetrics } from './operations.metrics.js'
import { OperationsService } from './operations.service.js'
import { OperationsSummary } from './operations-summary.service.js'
import { OperationsStoreModule } from './operations-store.module.js'
import { UnsettledOperations } from './unsettled-operations.service.js'
import { UsersController } from './users.controller.js'

/** By which the database forgets keys. */
const EXPIRY = {
  collection: 'idempotency_keys',
  fields: { createdAt: 1 },
  options: { expireAfterSeconds: KEPT_FOR },
} as const

@Module({})
export class OperationsModule {
  static forRoot(settings: Pick<OperationServiceSettings, 'MOST_UNPUBLISHED'>): DynamicModule {
    return {
      module: OperationsModule,
      imports: [
        OperationsStoreModule,
        PublicationModule,
        IndexesModule.of([EXPIRY]),
        MongooseModule.forFeature([
          { name: IdempotencyKeyRecord.name, schema: IdempotencyKeySchema },
        ]),
      ],
      controllers: [UsersController, OperationsController, OperationsMessagesController],
      providers: [
        Acceptance,
        Erasure,
        IdempotencyKeys,
        IdempotentAcceptance,
        { provide: MOST_UNPUBLISHED, useValue: settings.MOST_UNPUBLISHED },
        OperationsService,
        OperationsSummary,
        OutcomeWatch,
        OperationMetrics,
        UnsettledOperations,
        ...operationMetricProviders,
      ],
    }
  }
}
