import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { ClientKafka } from '@nestjs/microservices'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { isDuplicate } from '../../database.js'
import { KAFKA_CLIENT, publish } from '../../kafka.js'
import { type UserApproveResponse, type UserCreate } from '../../topics.js'
import { User } from './user.schema.js'

const REJECTED = { code: 'approval-rejected', message: 'The user was rejected.' }

@Injectable()
export class UsersService implements OnModuleInit {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    @Inject(KAFKA_CLIENT) private readonly kafka: ClientKafka,
  ) {}

  async onModuleInit() {
    await this.kafka.connect()
  }

  async request({ operationId, name, email, createdAt }: UserCreate) {
    try {
      await this.users.create({ _id: operationId, name, email, approval: 'pending', createdAt })
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    await publish(this.kafka, 'user-approve', { operationId, userId: operationId, name, email })
  }

  async settle({ operationId, userId, decision, decidedAt }: UserApproveResponse) {
    await this.users.updateOne({ _id: userId }, { approval: decision, decidedAt })
    await publish(
      this.kafka,
      'user-create-response',
      decision === 'approved'
        ? { operationId, userId, outcome: 'completed' }
        : { operationId, userId, outcome: 'failed', error: REJECTED },
    )
  }
}
