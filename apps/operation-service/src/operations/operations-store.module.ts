import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { IndexesModule, WalkPosition } from '#store'

import { OperationRecord, OperationSchema } from './operation.schema.js'
import { OperationsRepository } from './operations.repository.js'
import { OutcomeRecord, OutcomeSchema } from './outcome.schema.js'

/** So that the few that failed are found among many; completed ones are not in it, and cost nothing. */
const FAILED = {
  collection: 'outcomes',
  fields: { state: 1, _id: 1 },
  options: { partialFilterExpression: { state: 'failed' } },
} as const

@Module({
  imports: [
    IndexesModule.of([FAILED]),
    MongooseModule.forFeature([
      { name: OperationRecord.name, schema: OperationSchema },
      { name: OutcomeRecord.name, schema: OutcomeSchema },
    ]),
  ],
  providers: [OperationsRepository, WalkPosition],
  exports: [OperationsRepository, WalkPosition],
})
export class OperationsStoreModule {}
