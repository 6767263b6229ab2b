import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { Recent, Records } from '#store'

import { DecisionRecord } from './decision.schema.js'
import { UserRecord } from './user.schema.js'

/** Milliseconds: a client that asks is told within two seconds that the database is away. */
const ANSWER_WITHIN = 1_800

/** The store of user-service. */
@Injectable()
export class UsersRepository {
  readonly users: Records<UserRecord>
  readonly decisions: Records<DecisionRecord>
  private readonly askedUsers: Records<UserRecord>
  private readonly askedDecisions: Records<DecisionRecord>

  constructor(
    @InjectModel(UserRecord.name) user: Model<UserRecord>,
    @InjectModel(DecisionRecord.name) decision: Model<DecisionRecord>,
  ) {
    const users = new Recent<UserRecord>()
    this.users = new Records(user, undefined, users)
    this.askedUsers = new Records(user, ANSWER_WITHIN, users)
    const decisions = new Recent<DecisionRecord>()
    this.decisions = new Records(decision, undefined, decisions)
    this.askedDecisions = new Records(decision, ANSWER_WITHIN, decisions)
  }

  /** A user and how it was decided, if it has been. @throws DatabaseUnavailable, OutcomeUnknown */
  async get(
    id: string,
  ): Promise<{ user: UserRecord; decision: DecisionRecord | undefined } | undefined> {
    const [user, decision] = await Promise.all([
      this.askedUsers.get(id),
      this.askedDecisions.get(id),
    ])
    return user && { user, decision }
  }
}
