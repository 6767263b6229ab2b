import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { Records } from '#store'

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
    this.users = new Records(user)
    this.decisions = new Records(decision)
    this.askedUsers = new Records(user, ANSWER_WITHIN)
    this.askedDecisions = new Records(decision, ANSWER_WITHIN)
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
