import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { database } from '../database.js'
import { HealthController } from '../health/health.controller.js'
import { kafkaClient } from '../kafka.js'
import { Operation, OperationSchema } from './operations/operation.schema.js'
import { OperationsController } from './operations/operations.controller.js'
import { OperationsMessagesController } from './operations/operations.messages.controller.js'
import { OperationsService } from './operations/operations.service.js'
import { UsersController } from './operations/users.controller.js'

@Module({
  imports: [
    database('stock_operation_service'),
    MongooseModule.forFeature([{ name: Operation.name, schema: OperationSchema }]),
    kafkaClient('operation-service'),
  ],
  controllers: [
    UsersController,
    OperationsController,
    OperationsMessagesController,
    HealthController,
  ],
  providers: [OperationsService],
})
export class OperationServiceModule {}
