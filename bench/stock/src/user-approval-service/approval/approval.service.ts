import { setTimeout as sleep } from 'node:timers/promises'

import { Inject, Injectable, type OnModuleInit } from '@nestjs/common'
import { ClientKafka } from '@nestjs/microservices'

import { KAFKA_CLIENT, publish } from '../../kafka.js'
import { settings } from '../../settings.js'
import { type UserApprove } from '../../topics.js'

const REJECTED = /^reject/i

@Injectable()
export class ApprovalService implements OnModuleInit {
  constructor(@Inject(KAFKA_CLIENT) private readonly kafka: ClientKafka) {}

  async onModuleInit() {
    await this.kafka.connect()
  }

  async approve({ operationId, userId, name }: UserApprove) {
    await sleep(settings.approvalWorkMs)
    await publish(this.kafka, 'user-approve-response', {
      operationId,
      userId,
      ...(REJECTED.test(name)
        ? { decision: 'rejected', reason: 'The name is one of those that are rejected.' }
        : { decision: 'approved' }),
      decidedAt: new Date().toISOString(),
    })
  }
}
