import { Logger } from '@nestjs/common'
import { type Observable, lastValueFrom } from 'rxjs'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { type MessageOf, operationTraceparent } from '#contracts'
import { eventually } from '#testing'

import { MessageRefused, Publisher } from '../src/index.js'
import { approvals, type Consumer, type Handle, startConsumer } from './consumer.js'
import { startKafka } from './kafka.js'
import { sent, userApprove } from './records.js'

Logger.overrideLogger(false)

const TOPIC = 'user-approve'
const SERVICE = 'user-approval-service'
const kafka = await startKafka()

/** What a handler was given, in its order. */
let handled: MessageOf<typeof TOPIC>[] = []
const isOf = (partition: number) => (message: MessageOf<typeof TOPIC>) =>
  kafka.partitionOf(message) === partition
const names = () => handled.map(({ name }) => name)
const namesOf = (partition: number) => handled.filter(isOf(partition)).map(({ name }) => name)

const start = (handle: Handle<typeof TOPIC> = async () => undefined, inFlight?: number) =>
  startConsumer({
    broker: kafka.address,
    controllers: [
      approvals(async (batch, context) => {
        await handle(batch, context)
        handled.push(...batch)
      }),
    ],
    ...(inFlight ? { inFlight: { [TOPIC]: inFlight } } : {}),
  })

const joined = ({ server }: Consumer) => eventually(() => expect(server.isMember).toBe(true))

const users = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => userApprove(`${prefix} ${index}`))
const send = (partition: number, messages: MessageOf<typeof TOPIC>[]) =>
  kafka.send(
    TOPIC,
    partition,
    messages.map((message) => sent(message)),
  )

/** Everything sent so far was committed. */
const allCommitted = () =>
  eventually(async () =>
    expect(await kafka.committed(SERVICE, TOPIC)).toEqual(await kafka.ends(TOPIC)),
  )

const canRetry = (error: Error) => Object.assign(error, { canRetry: true })

describe('a group that has no offset yet', () => {
  beforeEach(() => void (handled = []))

  it('starts at the earliest record', async () => {
    for (const partition of [0, 5, 11]) await send(partition, users(`p${partition}`, 3))
    await start()
    await eventually(() => expect(handled).toHaveLength(9))
    expect(namesOf(5)).toEqual(['p5 0', 'p5 1', 'p5 2'])
    await eventually(async () =>
      expect(await kafka.committed(SERVICE, TOPIC)).toEqual([
        3, -1, -1, -1, -1, 3, -1, -1, -1, -1, -1, 3,
      ]),
    )
  })
})

describe('a consumer', () => {
  beforeEach(async () => {
    handled = []
    await kafka.skipToEnd(SERVICE, TOPIC)
  })

  it('handles the messages of a partition in their order, in batches, and commits them', async () => {
    const batches: number[] = []
    const messages = users('ordered', 3_000)
    await send(2, messages)
    await start(async (batch) => void batches.push(batch.length))
    await eventually(() => expect(handled).toHaveLength(3_000))
    expect(names()).toEqual(messages.map(({ name }) => name))
    expect(batches.length).toBeLessThan(100)
    await allCommitted()
  })

  it('says when the messages of a batch were published, and what they belong to', async () => {
    const contexts: unknown[] = []
    await joined(await start(async (_users, context) => void contexts.push(context)))
    const before = Date.now()
    const [user] = users('dated', 1)
    await send(7, [user!])
    await eventually(() => expect(contexts).toHaveLength(1))
    const publishedAt = [expect.closeTo(before, -4)]
    const traces = [{ traceparent: operationTraceparent(user!.operationId) }]
    expect(contexts).toEqual([{ topic: TOPIC, publishedAt, traces }])
  })

  it('hands a message that is delivered twice over twice', async () => {
    await start()
    const [message] = users('twice', 1)
    await send(4, [message!])
    await send(4, [message!])
    await eventually(() => expect(names()).toEqual(['twice 0', 'twice 0']))
  })

  it('handles other partitions within a second while one fails and backs off', async () => {
    let failing = true
    let failures = 0
    await joined(
      await start(async (batch) => {
        if (!failing || !batch.some(isOf(0))) return
        failures += 1
        throw canRetry(new Error('its database is away'))
      }),
    )
    await send(0, users('held', 20))
    await eventually(() => expect(failures).toBeGreaterThan(3))
    for (const partition of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
      await send(partition, users('free', 3))
    await eventually(() => expect(handled).toHaveLength(33), { within: 1_000 })
    failing = false
    await eventually(() => expect(namesOf(0)).toEqual(users('held', 20).map(({ name }) => name)))
    await allCommitted()
    expect(await kafka.deadLetters(TOPIC)).toEqual([])
  })

  it('goes on fetching while a batch is in hand, of its own and of other partitions', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    let inHand = 0
    await joined(
      await start(async (batch) => {
        if (!batch.some(isOf(3))) return
        inHand += 1
        await released
      }),
    )
    await send(3, users('slow', 1))
    await eventually(() => expect(inHand).toBe(1))
    await send(3, users('behind', 2_500))
    await send(8, users('quick', 1))
    await eventually(() => expect(names()).toEqual(['quick 0']), { within: 1_000 })
    release()
    await eventually(() => expect(namesOf(3)).toHaveLength(2_501))
    expect(namesOf(3)).toEqual(['slow 0', ...users('behind', 2_500).map(({ name }) => name)])
    await allCommitted()
  })

  it('keeps the limit of messages in hand over all its partitions', async () => {
    let now = 0
    let most = 0
    await start(async (batch) => {
      now += batch.length
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 2))
      now -= batch.length
    }, 1)
    for (let partition = 0; partition < 12; partition += 1) await send(partition, users('one', 5))
    await eventually(() => expect(handled).toHaveLength(60))
    expect(most).toBe(1)
    await allCommitted()
  })

  it('has more messages in hand where the limit is higher, and never too many', async () => {
    let now = 0
    let most = 0
    for (let partition = 0; partition < 12; partition += 1) await send(partition, users('some', 20))
    await start(async (batch) => {
      now += batch.length
      most = Math.max(most, now)
      await new Promise((resolve) => setTimeout(resolve, 2))
      now -= batch.length
    }, 7)
    await eventually(() => expect(handled).toHaveLength(240))
    expect(most).toBe(7)
  })
})

describe('a handler that throws', () => {
  beforeEach(async () => {
    handled = []
    await kafka.skipToEnd(SERVICE, TOPIC)
  })

  const errors = [
    new Error('plain'),
    new SyntaxError('like that of JSON.parse'),
    new TypeError('x is undefined'),
    new RangeError('too deep'),
    canRetry(new Error('it will pass')),
  ]

  it.each(errors)('hands its error to the transport as it is: %s', async (error) => {
    const { server } = await start(async () => {
      throw error
    })
    const handler = server.getHandlers().get(TOPIC)!
    const context = { topic: TOPIC, publishedAt: [], traces: [] }
    const result = (await handler([], context)) as Observable<unknown>
    await expect(lastValueFrom(result)).rejects.toBe(error)
  })

  it('does not end the consumer, whatever it throws', async () => {
    const thrown = new Map(errors.map((error) => [error.message, error]))
    let retried = 0
    const consumer = await start(async (batch) => {
      for (const { name } of batch) {
        const error = thrown.get(name)
        if (error === undefined) continue
        if ('canRetry' in error && ++retried > 3) continue
        throw error
      }
    })
    const bad = errors.map(({ message }) => userApprove(message))
    await send(6, [userApprove('before'), ...bad, userApprove('after')])
    await eventually(() => expect(names()).toEqual(['before', 'it will pass', 'after']))
    expect(consumer.server.isMember).toBe(true)
    await send(6, users('later', 1))
    await eventually(() => expect(names()).toContain('later 0'))
    await allCommitted()
    const details = (await kafka.deadLetters(TOPIC)).map(({ headers }) =>
      headers!['dead-letter-detail']!.toString(),
    )
    expect(details).toEqual(errors.slice(0, 4).map(({ message }) => message))
  })
})

describe('a record that cannot be handled', () => {
  beforeEach(async () => {
    handled = []
    await kafka.skipToEnd(SERVICE, TOPIC)
  })

  it('lies among the dead letters as it was, in the same partition, with why and where from', async () => {
    const message = userApprove()
    const binary = Buffer.from([0, 0xff, 0xfe, 13, 10])
    const headers = {
      'schema-version': '1',
      'message-id': `${message.operationId}:${TOPIC}`,
      binary,
      many: ['one', binary, ''],
      constructor: 'a name that every object has',
    }
    const broken = [
      { key: 'k', value: '{"operationId":', headers },
      { key: binary, value: binary },
      { key: null, value: Buffer.from(JSON.stringify(message)), headers },
      { key: 'tombstone', value: null },
      { key: message.operationId, value: '{"operationId":1}' },
    ]
    await start()
    const first = await kafka.send(TOPIC, 9, [...broken, sent(message)])
    await eventually(() => expect(names()).toEqual(['alice']))
    await allCommitted()
    const letters = (await kafka.deadLetters(TOPIC)).filter(({ partition }) => partition === 9)
    const added = (reason: string, index: number) => ({
      'dead-letter-reason': Buffer.from(reason),
      'dead-letter-detail': expect.any(Buffer),
      'dead-letter-topic': Buffer.from(TOPIC),
      'dead-letter-partition': Buffer.from('9'),
      'dead-letter-offset': Buffer.from(String(first + index)),
      'dead-letter-attempts': Buffer.from('1'),
      'dead-letter-time': expect.any(Buffer),
    })
    const own = {
      'schema-version': Buffer.from('1'),
      'message-id': Buffer.from(headers['message-id']),
      binary,
      many: [Buffer.from('one'), binary, Buffer.from('')],
      constructor: Buffer.from(headers.constructor),
    }
    expect(
      letters.map(({ key, value, headers: found }) => ({ key, value, headers: found })),
    ).toEqual([
      {
        key: Buffer.from('k'),
        value: Buffer.from('{"operationId":'),
        headers: { ...own, ...added('not-json', 0) },
      },
      { key: binary, value: binary, headers: added('not-json', 1) },
      {
        key: null,
        value: Buffer.from(JSON.stringify(message)),
        headers: { ...own, ...added('wrong-key', 2) },
      },
      { key: Buffer.from('tombstone'), value: null, headers: added('no-value', 3) },
      {
        key: Buffer.from(message.operationId),
        value: Buffer.from('{"operationId":1}'),
        headers: added('wrong-shape', 4),
      },
    ])
  })

  it('is kept though it is as large as its topic takes, with a large key and headers', async () => {
    const value = Buffer.alloc(1_000_000, 'x')
    const [key, large] = [Buffer.alloc(20_000, 'k'), Buffer.alloc(20_000, 'h')]
    await start()
    await kafka.send(TOPIC, 4, [{ key, value, headers: { large } }])
    await allCommitted()
    const letters = (await kafka.deadLetters(TOPIC)).filter(({ partition }) => partition === 4)
    expect(letters).toHaveLength(1)
    expect(letters[0]!.value!.equals(value)).toBe(true)
    expect(letters[0]!.headers!['large']).toEqual(large)
  })

  it('stops nobody: good ones around it are handled in order and committed', async () => {
    const before = (await kafka.deadLetters(TOPIC)).length
    await start(async (batch) => {
      if (batch.some(({ name }) => name.startsWith('poison'))) throw new Error('a bug')
    })
    const mixed = Array.from({ length: 40 }, (_, index) => {
      if (index % 20 === 7) return sent(userApprove(`poison ${index}`))
      return index % 20 === 13 ? { value: '<xml/>' } : sent(userApprove(`good ${index}`))
    })
    await kafka.send(TOPIC, 10, mixed)
    await allCommitted()
    const good = [...mixed.keys()].filter((index) => index % 20 !== 7 && index % 20 !== 13)
    expect(names()).toEqual(good.map((index) => `good ${index}`))
    expect(await kafka.deadLetters(TOPIC)).toHaveLength(before + 4)
  })

  it('of a newer schema version holds its partition until the service is upgraded', async () => {
    const older = await start()
    const newer = userApprove('newer')
    await send(1, users('before', 2))
    await kafka.send(TOPIC, 1, [sent(newer, { headers: { 'schema-version': '2' } })])
    await send(1, users('after', 1))
    await send(2, users('elsewhere', 1))
    await eventually(() => expect(handled).toHaveLength(3))
    await older.close()
    const [committed, ends] = [await kafka.committed(SERVICE, TOPIC), await kafka.ends(TOPIC)]
    expect(ends[1]! - committed[1]!).toBe(2)
    expect(ends[2]! - committed[2]!).toBe(0)
    expect(names()).not.toContain('after 0')
  })
})

describe('what the broker refuses', () => {
  it('is refused for good, and does not keep from being published what goes along', async () => {
    const publisher = new Publisher(kafka.kafka)
    onTestFinished(() => publisher.onApplicationShutdown())
    const before = (await kafka.ends(TOPIC)).reduce((sum, end) => sum + end, 0)
    const large = { value: Buffer.alloc(2_000_000) }
    const results = await Promise.allSettled([
      publisher.publish(TOPIC, users('small', 2)),
      publisher.publishRecords(TOPIC, [large]),
      publisher.publish(TOPIC, users('small', 2)),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results[1]).toMatchObject({ reason: expect.any(MessageRefused) })
    expect((await kafka.ends(TOPIC)).reduce((sum, end) => sum + end, 0)).toBe(before + 4)
  })
})

describe('a consumer that is closed', () => {
  beforeEach(async () => {
    handled = []
    await kafka.skipToEnd(SERVICE, TOPIC)
  })

  it('finishes what is in hand, commits it, and leaves the rest: nothing comes twice', async () => {
    for (const partition of [0, 1, 2]) await send(partition, users(`p${partition}`, 100))
    const before = await kafka.committed(SERVICE, TOPIC)
    const work = async () => void (await new Promise((resolve) => setTimeout(resolve, 20)))
    const first = await start(work, 5)
    await eventually(() => expect(handled.length).toBeGreaterThan(20))
    await first.close()
    const handledByFirst = handled.length
    expect(handledByFirst).toBeLessThan(300)
    const after = await kafka.committed(SERVICE, TOPIC)
    const committed = after.map((offset, partition) => offset - before[partition]!)
    expect(committed.reduce((sum, count) => sum + count, 0)).toBe(handledByFirst)
    expect(await kafka.members(SERVICE)).toBe(0)
    await start(async () => undefined)
    await eventually(() => expect(handled).toHaveLength(300))
    await allCommitted()
    for (const partition of [0, 1, 2]) {
      expect(namesOf(partition)).toEqual(users(`p${partition}`, 100).map(({ name }) => name))
    }
  })

  it('does not wait for what will not pass: it comes again', async () => {
    let failures = 0
    const first = await start(async () => {
      failures += 1
      throw canRetry(new Error('the database is away'))
    })
    await send(5, users('waiting', 3))
    await eventually(() => expect(failures).toBeGreaterThan(2))
    await first.close()
    expect(handled).toEqual([])
    await start()
    await eventually(() => expect(names()).toEqual(['waiting 0', 'waiting 1', 'waiting 2']))
  })

  it('before it has joined leaves no member behind', async () => {
    const consumer = await start()
    await consumer.close()
    expect(consumer.server.isMember).toBe(false)
    expect(await kafka.members(SERVICE)).toBe(0)
    const again = await start()
    await joined(again)
    await send(3, users('after', 1))
    await eventually(() => expect(names()).toEqual(['after 0']))
  })
})
