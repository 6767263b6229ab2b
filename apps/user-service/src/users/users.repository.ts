import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { type Decision } from '#contracts'
import { type Pair, PairedRecords, Records, WalkPosition } from '#store'

import { DecisionRecord } from './decision.schema.js'
import { UserRecord } from './user.schema.js'

/** Milliseconds: a client that asks is told within two seconds that the database is away. */
const ANSWER_WITHIN = 1_800

export interface UserWithDecision {
  user: UserRecord
  decision: DecisionRecord | undefined
}

/** The store of user-service. */
@Injectable()
export class UsersRepository {
  readonly users: Records<UserRecord>
  readonly decisions: Records<DecisionRecord>
  /** How far the walk over pending users is. */
  readonly position: WalkPosition
  private readonly pairs: PairedRecords<UserRecord, DecisionRecord>

  constructor(
    @InjectModel(UserRecord.name) user: Model<UserRecord>,
    @InjectModel(DecisionRecord.name) decision: Model<DecisionRecord>,
  ) {
    this.users = new Records(user)
    this.decisions = new Records(decision)
    this.position = new WalkPosition(user.db)
    this.pairs = new PairedRecords(
      new Records(user, ANSWER_WITHIN),
      new Records(decision, ANSWER_WITHIN),
    )
  }

  /** A user and how it was decided, if it has been. @throws DatabaseUnavailable, OutcomeUnknown */
  async get(id: string): Promise<UserWithDecision | undefined> {
    const pair = await this.pairs.get(id)
    return pair && withDecision(pair)
  }

  /** Users however they stand, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newest(before: string, limit: number): Promise<UserWithDecision[]> {
    return (await this.pairs.newest(before, limit)).map(withDecision)
  }

  /** Users that were decided so, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newestDecided(
    approval: Decision,
    before: string,
    limit: number,
  ): Promise<UserWithDecision[]> {
    return (await this.pairs.newestEnded({ approval }, before, limit)).map(withDecision)
  }

  /** Users that are not decided, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newestPending(before: string, limit: number): Promise<UserWithDecision[]> {
    const pending = await this.pairs.newestOpen(await this.position.read(), before, limit)
    return pending.map((user) => ({ user, decision: undefined }))
  }
}

function withDecision({
  begun: user,
  ended: decision,
}: Pair<UserRecord, DecisionRecord>): UserWithDecision {
  return { user, decision }
}
