import { type Kafka, KafkaJSError, KafkaJSProtocolError, type ProducerRecord } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { operationTraceparent } from '#contracts'
import { eventually } from '#testing'

import { FakeTracer } from '../test/fake-tracer.js'
import { userApprove, userCreate } from '../test/records.js'
import { BrokerUnavailable, canRetry, MessageRefused } from './kafka.errors.js'
import { Publisher } from './publisher.js'

interface Request extends ProducerRecord {
  succeed: () => void
  fail: (error: Error) => void
}

/** A broker whose answers the test gives. */
class FakeKafka {
  readonly requests: Request[] = []
  connects = 0
  readonly connectFailures: Error[] = []
  private disconnected = () => {}

  producer() {
    return {
      events: { DISCONNECT: 'disconnect' },
      on: (_event: string, listener: () => void) => (this.disconnected = listener),
      connect: async () => {
        this.connects += 1
        const failure = this.connectFailures.shift()
        if (failure) throw failure
      },
      send: (record: ProducerRecord) =>
        new Promise<void>((succeed, fail) => this.requests.push({ ...record, succeed, fail })),
      disconnect: async () => this.disconnected(),
    }
  }

  /** Answers requests as they come, for as long as the test runs. */
  answer(answer: (request: Request) => void): void {
    const push = this.requests.push.bind(this.requests)
    this.requests.push = (...requests) => {
      const length = push(...requests)
      for (const request of requests) answer(request)
      return length
    }
  }

  async sent(count: number): Promise<Request[]> {
    await eventually(() => expect(this.requests).toHaveLength(count))
    return this.requests
  }
}

function setUp(tracer?: FakeTracer) {
  const kafka = new FakeKafka()
  return { kafka, publisher: new Publisher(kafka as unknown as Kafka, tracer) }
}

const error = (type: string) => {
  const made = new KafkaJSProtocolError(new Error(type))
  return Object.assign(made, { type })
}

const users = (count: number) => Array.from({ length: count }, () => userCreate())

describe('a message', () => {
  it('is published by its contract: key, value, headers, for all in-sync replicas', async () => {
    const { kafka, publisher } = setUp()
    const message = userCreate('alice')
    const published = publisher.publish('user-create', [message])
    const [request] = await kafka.sent(1)
    expect(request).toMatchObject({
      topic: 'user-create',
      acks: -1,
      messages: [
        {
          key: message.operationId,
          value: JSON.stringify(message),
          headers: { 'message-id': `${message.operationId}:user-create`, 'schema-version': '1' },
        },
      ],
    })
    request!.succeed()
    await published
  })

  it('counts as published only when the broker has it', async () => {
    const { kafka, publisher } = setUp()
    let published = false
    const publishing = publisher.publish('user-create', users(1)).then(() => (published = true))
    const [request] = await kafka.sent(1)
    expect(published).toBe(false)
    request!.succeed()
    await publishing
  })

  it('is needed: publishing none asks the broker nothing', async () => {
    const { kafka, publisher } = setUp()
    await publisher.publish('user-create', [])
    expect(kafka.requests).toEqual([])
    expect(kafka.connects).toBe(0)
  })
})

describe('the trace of a message', () => {
  const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' }

  it("is the one that it is published with, and its operation's own where there is none", async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    const messages = users(3)
    await publisher.publish('user-create', messages, [undefined, trace])
    const [none, given, more] = kafka.requests[0]!.messages.map(({ headers }) => headers!)
    expect(given).toMatchObject(trace)
    for (const [index, headers] of [none, undefined, more].entries()) {
      if (!headers) continue
      const traceparent = operationTraceparent(messages[index]!.operationId)
      expect(headers).toMatchObject({ traceparent })
      expect(headers).not.toHaveProperty('tracestate')
    }
  })

  it('leads to the span of its publishing, when there is one', async () => {
    const tracer = new FakeTracer()
    const { kafka, publisher } = setUp(tracer)
    kafka.answer(({ succeed }) => succeed())
    await publisher.publish('user-create', users(1), [trace])
    expect(tracer.started).toMatchObject([{ name: 'publish user-create', parent: trace }])
    expect(kafka.requests[0]!.messages[0]!.headers).toMatchObject({ ...tracer.traces[0] })
    expect(tracer.ended).toEqual([undefined])
  })

  it('has a span that tells when the broker does not take the message', async () => {
    const tracer = new FakeTracer()
    const { kafka, publisher } = setUp(tracer)
    kafka.answer(({ fail }) => fail(new KafkaJSError('away')))
    await expect(publisher.publish('user-create', users(1))).rejects.toThrow(BrokerUnavailable)
    expect(tracer.ended).toEqual([expect.stringMatching(/./)])
  })

  it('has no span when nothing is published', async () => {
    const tracer = new FakeTracer()
    await setUp(tracer).publisher.publish('user-create', [])
    expect(tracer.started).toEqual([])
  })
})

describe('what is published at the same time', () => {
  it('goes in one request, in order', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    const messages = users(5)
    await Promise.all(messages.map((message) => publisher.publish('user-create', [message])))
    expect(kafka.requests.map((request) => request.messages.map(({ key }) => key))).toEqual([
      messages.map(({ operationId }) => operationId),
    ])
  })

  it('goes together in the next request while one is under way', async () => {
    const { kafka, publisher } = setUp()
    const first = publisher.publish('user-create', users(1))
    await kafka.sent(1)
    const others = [users(2), users(3)].map((some) => publisher.publish('user-create', some))
    expect(kafka.requests).toHaveLength(1)
    kafka.requests[0]!.succeed()
    await first
    const [, second] = await kafka.sent(2)
    expect(second!.messages).toHaveLength(5)
    second!.succeed()
    await Promise.all(others)
  })

  it('does not wait for another topic', async () => {
    const { kafka, publisher } = setUp()
    const stuck = publisher.publish('user-create', users(1))
    await kafka.sent(1)
    const published = publisher.publish('user-approve', [userApprove()])
    const [first, second] = await kafka.sent(2)
    expect(second!.topic).toBe('user-approve')
    second!.succeed()
    await published
    first!.succeed()
    await stuck
  })

  it('connects once', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    await Promise.all([
      publisher.publish('user-create', users(1)),
      publisher.publish('user-approve', [userApprove()]),
    ])
    await publisher.publish('user-create', users(1))
    expect(kafka.connects).toBe(1)
  })
})

describe('a request', () => {
  it.each([
    [500, [500]],
    [501, [500, 1]],
    [1_200, [500, 500, 200]],
  ])('holds 500 records at most: %i of one caller go as %j', async (count, sizes) => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    await publisher.publish('user-create', users(count))
    expect(kafka.requests.map(({ messages }) => messages.length)).toEqual(sizes)
  })

  it('holds 500 records at most: callers that do not fit together go apart', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    await Promise.all([300, 200, 1].map((count) => publisher.publish('user-create', users(count))))
    expect(kafka.requests.map(({ messages }) => messages.length)).toEqual([500, 1])
  })

  it('stays below what a broker takes for one batch, 1 MB, headers and keys included', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    const large = Buffer.alloc(300_000)
    await publisher.publishRecords('user-create.dlq', [
      { value: large },
      { value: null, headers: { large, twice: ['a', 'b'] } },
      { value: 'x', key: large },
      { value: large },
    ])
    expect(kafka.requests.map(({ messages }) => messages.length)).toEqual([2, 2])
  })

  it('may be larger for one record that is: the broker decides on it', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    await publisher.publishRecords('user-create.dlq', [
      { value: 'small' },
      { value: Buffer.alloc(2_000_000) },
      { value: 'small' },
    ])
    expect(kafka.requests.map(({ messages }) => messages.length)).toEqual([1, 1, 1])
  })
})

describe('a request that fails', () => {
  it('fails all that went in it, can be tried again, and nobody else', async () => {
    const { kafka, publisher } = setUp()
    const together = [users(1), users(2)].map((some) => publisher.publish('user-create', some))
    const [first] = await kafka.sent(1)
    const later = publisher.publish('user-create', users(1))
    first!.fail(new KafkaJSError('the leader is away'))
    for (const publishing of together) {
      const fault = await publishing.catch((caught: unknown) => caught)
      expect(fault).toBeInstanceOf(BrokerUnavailable)
      expect(canRetry(fault)).toBe(true)
    }
    const [, second] = await kafka.sent(2)
    second!.succeed()
    await later
  })

  it('fails a caller whose records went in several, though the others went well', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ messages, succeed, fail }) =>
      messages.length === 500 ? succeed() : fail(new KafkaJSError('away')),
    )
    await expect(publisher.publish('user-create', users(501))).rejects.toThrow(BrokerUnavailable)
  })

  it('because the broker cannot be reached is tried anew by the next caller', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    kafka.connectFailures.push(new Error('connection refused'))
    await expect(publisher.publish('user-create', users(1))).rejects.toThrow(/connection refused/)
    await publisher.publish('user-create', users(1))
    expect(kafka.connects).toBe(2)
  })

  it.each(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'])(
    'for good (%s) is not to be tried again',
    async (type) => {
      const { kafka, publisher } = setUp()
      kafka.answer(({ fail }) => fail(error(type)))
      const fault = await publisher
        .publish('user-create', users(1))
        .catch((caught: unknown) => caught)
      expect(fault).toBeInstanceOf(MessageRefused)
      expect(canRetry(fault)).toBe(false)
    },
  )

  it('for good fails the caller whose record it is, not those that went along', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ messages, succeed, fail }) =>
      messages.some(({ value }) => value === 'refused') ? fail(error('INVALID_RECORD')) : succeed(),
    )
    const results = await Promise.allSettled(
      ['good', 'refused', 'good'].map((value) =>
        publisher.publishRecords('user-create.dlq', [{ value }]),
      ),
    )
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('because records are too many together is mended by sending halves', async () => {
    const { kafka, publisher } = setUp()
    const taken: unknown[] = []
    kafka.answer(({ messages, succeed, fail }) => {
      if (messages.length > 2) return fail(error('RECORD_LIST_TOO_LARGE'))
      taken.push(...messages.map(({ value }) => value))
      return succeed()
    })
    await publisher.publishRecords(
      'user-create.dlq',
      ['a', 'b', 'c', 'd', 'e'].map((value) => ({ value })),
    )
    expect(taken).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('a publisher that was disconnected', () => {
  it('connects again for the next message', async () => {
    const { kafka, publisher } = setUp()
    kafka.answer(({ succeed }) => succeed())
    await publisher.publish('user-create', users(1))
    await publisher.onApplicationShutdown()
    await publisher.publish('user-create', users(1))
    expect(kafka.connects).toBe(2)
  })
})
