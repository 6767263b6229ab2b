import { type IHeaders, type Message } from 'kafkajs'
import { describe, expect, it, vi } from 'vitest'

import { record } from '../test/records.js'
import { DeadLetters } from './dead-letters.js'
import { BrokerUnavailable, MessageRefused } from './kafka.errors.js'
import { type Publisher } from './publisher.js'

/** What is published for a dead letter with these headers. */
async function buried(headers: Record<string, IHeaders[string] | null>): Promise<Message> {
  const published: Message[] = []
  const publisher = {
    publishRecords: async (topic: string, messages: Message[]) => {
      expect(topic).toBe('user-create.dlq')
      published.push(...messages)
    },
  } as unknown as Publisher
  await new DeadLetters(publisher).add({
    topic: 'user-create',
    partition: 3,
    message: record({ offset: 17, headers }),
    reason: 'handler-failed',
    detail: 'x'.repeat(2_000),
    attempts: 3,
  })
  return published[0]!
}

describe('a dead letter', () => {
  it('says why, where from, how often tried and when', async () => {
    const { headers, partition } = await buried({})
    expect(partition).toBe(3)
    expect(headers).toEqual({
      'dead-letter-reason': 'handler-failed',
      'dead-letter-detail': 'x'.repeat(1_000),
      'dead-letter-topic': 'user-create',
      'dead-letter-partition': '3',
      'dead-letter-offset': '17',
      'dead-letter-attempts': '3',
      'dead-letter-time': expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  it('that was redriven and is buried again says so of the last time', async () => {
    const { headers } = await buried({ 'dead-letter-offset': '1', 'message-id': 'm' })
    expect(headers).toMatchObject({ 'dead-letter-offset': '17', 'message-id': Buffer.from('m') })
  })

  it('has a header without a value as an empty one, which kafkajs can send', async () => {
    const { headers } = await buried({ empty: null })
    expect(headers!['empty']).toEqual(Buffer.alloc(0))
  })

  it('leaves out what kafkajs puts before the value of a header named as a method of objects', async () => {
    const value = [Object, Buffer.from('mine')] as unknown as Buffer[]
    const { headers } = await buried({ constructor: value })
    expect(headers!['constructor']).toEqual(Buffer.from('mine'))
  })

  it('keeps a header named __proto__ as a header', async () => {
    const received = Object.fromEntries([['__proto__', Buffer.from('p')]])
    const { headers } = await buried(received)
    expect(Object.entries(headers!)).toContainEqual(['__proto__', Buffer.from('p')])
  })

  it.each([
    ['is refused, as too large perhaps, has room made for it', MessageRefused, 1],
    ['is not taken, as the broker is away, has none made', BrokerUnavailable, 0],
  ])('that %s before it fails', async (_, Fault, times) => {
    const publishRecords = () => Promise.reject(new Fault('user-create.dlq', 'a reason'))
    const makeRoom = vi.fn<() => Promise<void>>()
    const message = record({ offset: 17, headers: {} })
    await expect(
      new DeadLetters({ publishRecords } as unknown as Publisher, makeRoom).add({
        topic: 'user-create',
        partition: 3,
        message,
        reason: 'not-json',
        detail: 'the value is not JSON',
        attempts: 1,
      }),
    ).rejects.toThrow(Fault)
    expect(makeRoom).toHaveBeenCalledTimes(times)
  })
})
