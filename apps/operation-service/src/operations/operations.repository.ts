import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { Records } from '#store'

import { OperationRecord } from './operation.schema.js'
import { OutcomeRecord } from './outcome.schema.js'

/** Milliseconds: a client that posts is told within two seconds that nothing can be stored. */
const ACCEPT_WITHIN = 1_800

/** The store of operation-service. */
@Injectable()
export class OperationsRepository {
  /** For what a client waits for. */
  readonly accepted: Records<OperationRecord>
  readonly operations: Records<OperationRecord>
  readonly outcomes: Records<OutcomeRecord>
  /** For what a client waits for. */
  private readonly asked: Records<OutcomeRecord>

  constructor(
    @InjectModel(OperationRecord.name) operation: Model<OperationRecord>,
    @InjectModel(OutcomeRecord.name) outcome: Model<OutcomeRecord>,
  ) {
    this.accepted = new Records(operation, ACCEPT_WITHIN)
    this.operations = new Records(operation)
    this.asked = new Records(outcome, ACCEPT_WITHIN)
    this.outcomes = new Records(outcome)
  }

  /** An operation and how it ended, if it has. @throws DatabaseUnavailable, OutcomeUnknown */
  async get(
    id: string,
  ): Promise<{ operation: OperationRecord; outcome: OutcomeRecord | undefined } | undefined> {
    const [operation, outcome] = await Promise.all([this.accepted.get(id), this.asked.get(id)])
    return operation && { operation, outcome }
  }
}
