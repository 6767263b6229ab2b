import 'reflect-metadata'

import { Payload } from '@nestjs/microservices'
import { describe, expect, expectTypeOf, it } from 'vitest'

import { type MessageOf, type UserApprove, type UserCreate } from '#contracts'

import { type BatchContext, OnTopic } from './on-topic.decorator.js'
import { type Publisher } from './publisher.js'

/** What does not compile is checked by `npm run types`. */
export class Handlers {
  @OnTopic('user-create')
  async right(@Payload() _messages: MessageOf<'user-create'>[]) {}

  @OnTopic('user-create')
  async withContext(_messages: UserCreate[], { topic, publishedAt }: BatchContext) {
    expectTypeOf(topic).toEqualTypeOf<string>()
    expectTypeOf(publishedAt).toEqualTypeOf<readonly number[]>()
  }

  @OnTopic('user-create')
  async needsLess(_messages: { operationId: string }[]) {}

  @OnTopic('user-create')
  async needsNothing() {}

  // @ts-expect-error: a topic that is misspelt
  @OnTopic('user-crate')
  async misspelt() {}

  // @ts-expect-error: the messages of another topic
  @OnTopic('user-create')
  async wrongPayload(_messages: UserApprove[]) {}

  // @ts-expect-error: one message, where a batch comes
  @OnTopic('user-create')
  async notABatch(_message: UserCreate) {}

  // @ts-expect-error: nothing to wait for before the commit
  @OnTopic('user-create')
  notAwaited(_messages: UserCreate[]) {}
}

export async function publish(publisher: Publisher, message: UserCreate): Promise<void> {
  await publisher.publish('user-create', [message])
  // @ts-expect-error: the message of another topic
  await publisher.publish('user-approve-response', [message])
  // @ts-expect-error: a topic that is misspelt
  await publisher.publish('user-crate', [message])
  // @ts-expect-error: a field is missing
  await publisher.publish('user-create', [{ operationId: message.operationId }])
}

describe('a handler', () => {
  it('is marked with its topic for Nest', () => {
    const { value: handler } = Object.getOwnPropertyDescriptor(Handlers.prototype, 'right')!
    expect(Reflect.getMetadata('microservices:pattern', handler as object)).toEqual(['user-create'])
  })
})
