import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { OperationRecord, OperationSchema } from './operation.schema.js'
import { OperationsRepository } from './operations.repository.js'
import { OutcomeRecord, OutcomeSchema } from './outcome.schema.js'
import { WalkPosition } from './walk-position.repository.js'

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: OperationRecord.name, schema: OperationSchema },
      { name: OutcomeRecord.name, schema: OutcomeSchema },
    ]),
  ],
  providers: [OperationsRepository, WalkPosition],
  exports: [OperationsRepository, WalkPosition],
})
export class OperationsStoreModule {}
