import 'reflect-metadata'

import { Controller, Logger, type Type } from '@nestjs/common'
import { Payload } from '@nestjs/microservices'
import { Test } from '@nestjs/testing'
import { type Kafka } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { contracts, type MessageOf, type ServiceName } from '#contracts'

import { BatchKafkaServer } from './batch-kafka.server.js'
import { type DeadLetters } from './dead-letters.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { OnTopic } from './on-topic.decorator.js'
import { type TopicAdmin } from './topic-admin.js'

Logger.overrideLogger(false)

@Controller()
class Requests {
  @OnTopic('user-create')
  async create(@Payload() _messages: MessageOf<'user-create'>[]) {}
}

@Controller()
class Erasures {
  @OnTopic('user-erase')
  async erase(@Payload() _messages: MessageOf<'user-erase'>[]) {}
}

@Controller()
class Decisions {
  @OnTopic('user-approve-response')
  async settle(@Payload() _messages: MessageOf<'user-approve-response'>[]) {}
}

@Controller()
class DecisionsAgain {
  @OnTopic('user-approve-response')
  async settle(@Payload() _messages: MessageOf<'user-approve-response'>[]) {}
}

@Controller()
class Outcomes {
  @OnTopic('user-create-response')
  async finish(@Payload() _messages: MessageOf<'user-create-response'>[]) {}
}

/** Starts a service with these controllers; its broker stays away. */
async function start(
  service: ServiceName,
  controllers: Type<unknown>[],
): Promise<BatchKafkaServer> {
  const server = new BatchKafkaServer({
    contracts,
    service,
    kafka: {} as Kafka,
    clientId: 'test',
    topicAdmin: {
      ensureTopics: async () => {
        throw new Error('connection refused')
      },
    } as unknown as TopicAdmin,
    deadLetters: {} as DeadLetters,
    metrics: {} as KafkaMetrics,
  })
  const testingModule = await Test.createTestingModule({ controllers }).compile()
  const app = testingModule.createNestMicroservice({ strategy: server, logger: false })
  await app.listen()
  await app.close()
  return server
}

describe('a service', () => {
  it('starts with one handler for each of its topics, though the broker is away', async () => {
    const server = await start('user-service', [Requests, Decisions, Erasures])
    expect(server.isMember).toBe(false)
  })

  it('does not start when a topic of it has no handler', async () => {
    await expect(start('user-service', [Requests, Erasures])).rejects.toThrow(
      "user-service cannot start: no method has @OnTopic('user-approve-response').",
    )
  })

  it('does not start when a topic of it has two', async () => {
    await expect(
      start('user-service', [Requests, Decisions, DecisionsAgain, Erasures]),
    ).rejects.toThrow(
      "user-service cannot start: more than one method has @OnTopic('user-approve-response').",
    )
  })

  it("does not start with a handler of another service's topic", async () => {
    await expect(start('user-service', [Requests, Decisions, Outcomes, Erasures])).rejects.toThrow(
      "user-service cannot start: @OnTopic('user-create-response') is not this service's to handle.",
    )
  })

  it('names all that is wrong at once', async () => {
    await expect(start('operation-service', [Requests])).rejects.toThrow(
      "operation-service cannot start: no method has @OnTopic('user-create-response'); no method has @OnTopic('user-erase'); @OnTopic('user-create') is not this service's to handle.",
    )
  })
})
