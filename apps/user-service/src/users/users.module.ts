import { type DynamicModule, Module } from '@nestjs/common'
import { getConnectionToken } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'

import { Retention } from '#store'

import { type UserServiceSettings } from '../user-service.settings.js'
import { PendingUsers } from './pending-users.service.js'
import { IS_REFUSED, UsersStoreModule } from './users-store.module.js'
import { UsersController } from './users.controller.js'
import { UsersRepository } from './users.repository.js'
import { UsersService } from './users.service.js'

const DAY = 24 * 60 * 60 * 1_000

@Module({})
export class UsersModule {
  static forRoot({ RETENTION_DAYS }: Pick<UserServiceSettings, 'RETENTION_DAYS'>): DynamicModule {
    return {
      module: UsersModule,
      imports: [UsersStoreModule],
      controllers: [UsersController],
      providers: [
        UsersService,
        PendingUsers,
        {
          provide: Retention,
          inject: [getConnectionToken(), UsersRepository],
          useFactory: (connection: Connection, { users, decisions, position }: UsersRepository) =>
            new Retention(connection, position, {
              begun: users,
              ended: decisions,
              condition: IS_REFUSED,
              endedAt: ({ decidedAt }) => decidedAt,
              keptFor: RETENTION_DAYS * DAY,
            }),
        },
      ],
    }
  }
}
