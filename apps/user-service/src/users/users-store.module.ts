import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { type Decision } from '#contracts'
import { IndexesModule } from '#store'

import { DecisionRecord, DecisionSchema } from './decision.schema.js'
import { UserRecord, UserSchema } from './user.schema.js'
import { UsersRepository } from './users.repository.js'

const REFUSED: Decision[] = ['rejected', 'expired']

/** Of users who never came to be. */
export const IS_REFUSED = { approval: { $in: REFUSED } }

/** So that they are found among many; approved ones are not in it, and cost nothing. */
const REFUSED_INDEX = {
  collection: 'decisions',
  fields: { approval: 1, _id: 1 },
  options: { partialFilterExpression: IS_REFUSED },
} as const

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: UserRecord.name, schema: UserSchema },
      { name: DecisionRecord.name, schema: DecisionSchema },
    ]),
    IndexesModule.of([REFUSED_INDEX]),
  ],
  providers: [UsersRepository],
  exports: [UsersRepository],
})
export class UsersStoreModule {}
