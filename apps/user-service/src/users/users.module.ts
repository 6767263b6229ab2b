import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { DecisionRecord, DecisionSchema } from './decision.schema.js'
import { UserRecord, UserSchema } from './user.schema.js'
import { UsersController } from './users.controller.js'
import { UsersRepository } from './users.repository.js'
import { UsersService } from './users.service.js'

@Module({
  imports: [
    MongooseModule.forFeature([
      { name: UserRecord.name, schema: UserSchema },
      { name: DecisionRecord.name, schema: DecisionSchema },
    ]),
  ],
  controllers: [UsersController],
  providers: [UsersService, UsersRepository],
  exports: [UsersRepository],
})
export class UsersModule {}
