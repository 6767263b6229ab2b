import { Module } from '@nestjs/common'

import { PublicationModule } from '../publication/publication.module.js'
import { Acceptance } from './acceptance.service.js'
import { OperationsController } from './operations.controller.js'
import { OperationsMessagesController } from './operations.messages.controller.js'
import { operationMetricProviders, OperationMetrics } from './operations.metrics.js'
import { OperationsService } from './operations.service.js'
import { OperationsSummary } from './operations-summary.service.js'
import { OperationsStoreModule } from './operations-store.module.js'
import { UsersController } from './users.controller.js'

@Module({
  imports: [OperationsStoreModule, PublicationModule],
  controllers: [UsersController, OperationsController, OperationsMessagesController],
  providers: [
    Acceptance,
    OperationsService,
    OperationsSummary,
    OperationMetrics,
    ...operationMetricProviders,
  ],
})
export class OperationsModule {}
