import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common'
import { ClientKafka } from '@nestjs/microservices'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'
import { v7 } from 'uuid'

import { KAFKA_CLIENT, publish } from '../../kafka.js'
import { type UserCreateResponse } from '../../topics.js'
import { type NewUserDto } from './operation.dto.js'
import { Operation } from './operation.schema.js'

@Injectable()
export class OperationsService implements OnModuleInit {
  private readonly logger = new Logger(OperationsService.name)

  constructor(
    @InjectModel(Operation.name) private readonly operations: Model<Operation>,
    @Inject(KAFKA_CLIENT) private readonly kafka: ClientKafka,
  ) {}

  async onModuleInit() {
    await this.kafka.connect()
  }

  async createUser({ name, email }: NewUserDto): Promise<Operation> {
    const operationId = v7()
    const createdAt = new Date()
    const operation = { _id: operationId, state: 'pending' as const, name, email, createdAt }
    await this.operations.create(operation)
    // The answer does not wait for the broker, which is in stock's favour: it comes sooner, and nothing is lost unless
    // this process or the broker dies.
    const message = { operationId, name, email, createdAt: createdAt.toISOString() }
    publish(this.kafka, 'user-create', message).catch((error: unknown) => this.logger.error(error))
    return operation
  }

  async find(id: string): Promise<Operation | null> {
    return this.operations.findById(id).lean()
  }

  async finish({ operationId, userId, outcome, error }: UserCreateResponse) {
    const finishedAt = new Date()
    await this.operations.updateOne(
      { _id: operationId },
      { state: outcome, userId, finishedAt, ...(error && { error }) },
    )
  }
}
