import { Controller, type INestMicroservice, type Type } from '@nestjs/common'
import { Ctx, Payload } from '@nestjs/microservices'
import { Test } from '@nestjs/testing'
import { onTestFinished } from 'vitest'

import { type MessageOf, type ServiceName, type TopicName } from '#contracts'
import { Health, parseSettings, ServiceDefaultsModule, tracingSettings } from '#service-defaults'

import { type BatchContext, BatchKafkaServer, KafkaModule, OnTopic } from '../src/index.js'
import { settingsFor } from './kafka.js'

const NO_SPANS = parseSettings(tracingSettings, {})

export type Handle<Topic extends TopicName> = (
  messages: MessageOf<Topic>[],
  context: BatchContext,
) => Promise<void>

/** The controller of user-approval-service, with a test's handler. */
export function approvals(handle: Handle<'user-approve'>): Type<unknown> {
  @Controller()
  class ApprovalMessages {
    @OnTopic('user-approve')
    async approve(@Payload() users: MessageOf<'user-approve'>[], @Ctx() context: BatchContext) {
      await handle(users, context)
    }
  }
  return ApprovalMessages
}

/** The controller of operation-service, with a test's handler. */
export function outcomes(handle: Handle<'user-create-response'>): Type<unknown> {
  @Controller()
  class OutcomeMessages {
    @OnTopic('user-create-response')
    async finish(
      @Payload() messages: MessageOf<'user-create-response'>[],
      @Ctx() context: BatchContext,
    ) {
      await handle(messages, context)
    }

    @OnTopic('user-erase')
    async erase(@Payload() _messages: MessageOf<'user-erase'>[]) {}
  }
  return OutcomeMessages
}

export interface Consumer {
  server: BatchKafkaServer
  health: Health
  /** Ends it; done when the test ends, if not before. */
  close(): Promise<void>
}

interface ConsumerOptions {
  broker: string
  service?: ServiceName
  controllers: Type<unknown>[]
  inFlight?: Partial<Record<TopicName, number>>
  /** Where it would listen. */
  port?: number
}

/** A service that consists of its consumer, wired as the services are. It may not have joined its group yet. */
export async function startConsumer({
  broker,
  service = 'user-approval-service',
  controllers,
  inFlight = {},
  port = 0,
}: ConsumerOptions): Promise<Consumer> {
  const kafkaModule = KafkaModule.forRoot({
    service,
    settings: { ...settingsFor(broker), PORT: port },
    inFlight,
    requiredForReadiness: true,
  })
  const testingModule = await Test.createTestingModule({
    imports: [ServiceDefaultsModule.forRoot({ service, settings: NO_SPANS }), kafkaModule],
    controllers,
  }).compile()
  const server = testingModule.get(BatchKafkaServer)
  const app: INestMicroservice = testingModule.createNestMicroservice({
    strategy: server,
    logger: false,
  })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= app.close())
  onTestFinished(close)
  await app.listen()
  return { server, health: testingModule.get(Health), close }
}
