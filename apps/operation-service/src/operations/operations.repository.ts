import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { type Pair, PairedRecords, Records, type WalkState } from '#store'

import { OperationRecord } from './operation.schema.js'
import { OutcomeRecord } from './outcome.schema.js'

/** What may be open: everything after the mark, and these before it. */
type OpenSince = Pick<WalkState, 'mark' | 'stragglers'>

export interface OperationWithOutcome {
  operation: OperationRecord
  outcome: OutcomeRecord | undefined
}

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
  private readonly pairs: PairedRecords<OperationRecord, OutcomeRecord>

  constructor(
    @InjectModel(OperationRecord.name) operation: Model<OperationRecord>,
    @InjectModel(OutcomeRecord.name) outcome: Model<OutcomeRecord>,
  ) {
    this.accepted = new Records(operation, ACCEPT_WITHIN)
    this.operations = new Records(operation)
    this.asked = new Records(outcome, ACCEPT_WITHIN)
    this.outcomes = new Records(outcome)
    this.pairs = new PairedRecords(this.accepted, this.asked)
  }

  /** An operation and how it ended, if it has. @throws DatabaseUnavailable, OutcomeUnknown */
  async get(id: string): Promise<OperationWithOutcome | undefined> {
    const pair = await this.pairs.get(id)
    return pair && withOutcome(pair)
  }

  /** How those of the operations ended that have. @throws DatabaseUnavailable, OutcomeUnknown */
  async ended(ids: readonly string[]): Promise<OutcomeRecord[]> {
    return this.asked.find(ids)
  }

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  oldestOpen(since: OpenSince): Promise<OperationRecord | undefined> {
    return this.pairs.oldestOpen(since)
  }

  /** Operations that have not ended, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  newestOpen(since: OpenSince, before: string, limit: number): Promise<OperationRecord[]> {
    return this.pairs.newestOpen(since, before, limit)
  }

  /** Operations of any state, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newest(before: string, limit: number): Promise<OperationWithOutcome[]> {
    return (await this.pairs.newest(before, limit)).map(withOutcome)
  }

  /** Operations that have ended so, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newestEnded(
    state: OutcomeRecord['state'],
    before: string,
    limit: number,
  ): Promise<OperationWithOutcome[]> {
    return (await this.pairs.newestEnded({ state }, before, limit)).map(withOutcome)
  }

  /** Those of the operations that have not ended. @throws DatabaseUnavailable, OutcomeUnknown */
  stillOpen(operations: OperationRecord[]): Promise<OperationRecord[]> {
    return this.pairs.stillOpen(operations)
  }
}

function withOutcome({
  begun: operation,
  ended: outcome,
}: Pair<OperationRecord, OutcomeRecord>): OperationWithOutcome {
  return { operation, outcome }
}
