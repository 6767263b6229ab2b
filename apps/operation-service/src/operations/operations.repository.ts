import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { firstIdAt } from '#contracts'
import { Records, type WalkState } from '#store'

import { OperationRecord } from './operation.schema.js'
import { OutcomeRecord } from './outcome.schema.js'

/** Below and above every id. */
const FIRST = firstIdAt(0)
export const LAST = firstIdAt(2 ** 48 - 1)
/** Operations looked at at a time, where those that are open are searched for. */
const PAGE = 1_000

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
  async get(id: string): Promise<OperationWithOutcome | undefined> {
    const [operation, outcome] = await Promise.all([this.accepted.get(id), this.asked.get(id)])
    return operation && { operation, outcome }
  }

  /** How those of the operations ended that have. @throws DatabaseUnavailable, OutcomeUnknown */
  async ended(ids: readonly string[]): Promise<OutcomeRecord[]> {
    return this.asked.find(ids)
  }

  /**
   * The oldest operation that has not ended: one of those kept apart, or one after the mark.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async oldestOpen({ mark, stragglers }: OpenSince): Promise<OperationRecord | undefined> {
    const [straggler] = stragglers
    if (straggler !== undefined) return this.accepted.get(straggler)
    for (let after = mark; ;) {
      const page = await this.accepted.idsBetween(after, LAST, PAGE)
      const ended = await this.asked.present(page)
      const open = page.find((id) => !ended.has(id))
      if (open !== undefined) return this.accepted.get(open)
      if (page.length < PAGE) return undefined
      after = page.at(-1)!
    }
  }

  /**
   * Operations that have not ended, the newest first: those after the mark, then those kept apart.
   * @param before ids from here on are left out
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async newestOpen(
    { mark, stragglers }: OpenSince,
    before: string,
    limit: number,
  ): Promise<OperationRecord[]> {
    const open: OperationRecord[] = []
    for (let end = before; ;) {
      const page = await this.accepted.newest({ after: mark, before: end }, {}, PAGE)
      open.push(...(await this.stillOpen(page)))
      if (open.length >= limit) return open.slice(0, limit)
      if (page.length < PAGE) break
      end = page.at(-1)!._id
    }
    const apart = stragglers.filter((id) => id < before).toReversed()
    const found = new Map((await this.accepted.find(apart)).map((one) => [one._id, one]))
    const old = apart.flatMap((id) => found.get(id) ?? [])
    return [...open, ...(await this.stillOpen(old))].slice(0, limit)
  }

  /** Operations of any state, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newest(before: string, limit: number): Promise<OperationWithOutcome[]> {
    const operations = await this.accepted.newest({ after: FIRST, before }, {}, limit)
    const outcomes = await this.asked.find(operations.map(({ _id }) => _id))
    const byId = new Map(outcomes.map((outcome) => [outcome._id, outcome]))
    return operations.map((operation) => ({ operation, outcome: byId.get(operation._id) }))
  }

  /** Operations that have ended so, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newestEnded(
    state: OutcomeRecord['state'],
    before: string,
    limit: number,
  ): Promise<OperationWithOutcome[]> {
    const outcomes = await this.asked.newest({ after: FIRST, before }, { state }, limit)
    const operations = await this.accepted.find(outcomes.map(({ _id }) => _id))
    const byId = new Map(operations.map((operation) => [operation._id, operation]))
    return outcomes.flatMap((outcome) => {
      const operation = byId.get(outcome._id)
      return operation ? [{ operation, outcome }] : []
    })
  }

  /** Those of the operations that have not ended. @throws DatabaseUnavailable, OutcomeUnknown */
  async stillOpen(operations: OperationRecord[]): Promise<OperationRecord[]> {
    const ended = await this.asked.present(operations.map(({ _id }) => _id))
    return operations.filter(({ _id }) => !ended.has(_id))
  }
}
