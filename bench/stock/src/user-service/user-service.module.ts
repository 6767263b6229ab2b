import { Module } from '@nestjs/common'
import { MongooseModule } from '@nestjs/mongoose'

import { database } from '../database.js'
import { HealthController } from '../health/health.controller.js'
import { kafkaClient } from '../kafka.js'
import { User, UserSchema } from './users/user.schema.js'
import { UsersMessagesController } from './users/users.messages.controller.js'
import { UsersService } from './users/users.service.js'

@Module({
  imports: [
    database('stock_user_service'),
    MongooseModule.forFeature([{ name: User.name, schema: UserSchema }]),
    kafkaClient('user-service'),
  ],
  controllers: [UsersMessagesController, HealthController],
  providers: [UsersService],
})
export class UserServiceModule {}
