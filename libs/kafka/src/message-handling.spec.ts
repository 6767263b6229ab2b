import { Logger } from '@nestjs/common'
import { type KafkaMessage } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { operationTraceparent, topics } from '#contracts'
import { eventually } from '#testing'

import { FakeMetrics } from '../test/fake-metrics.js'
import { record, records, userCreate } from '../test/records.js'
import { type DeadLetter, type DeadLetters } from './dead-letters.js'
import { FailureWatch } from './failure-watch.js'
import { Gate } from './gate.js'
import { type Handler } from './joint-calls.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { MessageHandling } from './message-handling.js'

Logger.overrideLogger(false)

interface SetUp {
  /** What the handler does with the names it is given; it notes them first. */
  handle?: (names: string[]) => void | Promise<void>
  places?: number
  bury?: (letter: DeadLetter) => Promise<void>
  watch?: FailureWatch
}

function setUp({
  handle = () => undefined,
  places = 1_000,
  bury = async () => undefined,
  watch = new FailureWatch(),
}: SetUp = {}) {
  const calls: string[][] = []
  const handled: string[] = []
  const letters: DeadLetter[] = []
  const metrics = new FakeMetrics()
  const handler: Handler = async (messages) => {
    const names = messages.map((message) => ('name' in message ? String(message.name) : '?'))
    calls.push(names)
    await handle(names)
    handled.push(...names)
  }
  const deadLetters = {
    add: async (letter: DeadLetter) => {
      await bury(letter)
      letters.push(letter)
    },
  } as DeadLetters
  const gate = new Gate(places)
  const handling = new MessageHandling(topics['user-create'], {
    handler,
    gate,
    watch,
    deadLetters,
    metrics: metrics as unknown as KafkaMetrics,
  })
  const stop = new AbortController()
  const progress: number[] = []
  const process = (messages: KafkaMessage[], partition = 0) =>
    handling.process(partition, messages, stop.signal, (count) => progress.push(count))
  const done = () => progress.reduce((sum, count) => sum + count, 0)
  return { calls, handled, letters, metrics, process, progress, done, stop, gate }
}

const named = (...names: string[]) =>
  names.map((name, offset) => record({ offset, value: userCreate(name) }))

const failOn =
  (bad: string, error: Error = new Error('a bug')) =>
  (names: string[]) => {
    if (names.includes(bad)) throw error
  }

const passing = () => Object.assign(new Error('the database is away'), { canRetry: true })

describe('messages that are good', () => {
  it('are handled in one call', async () => {
    const { calls, progress, process, metrics } = setUp()
    await process(named('a', 'b', 'c'))
    expect(calls).toEqual([['a', 'b', 'c']])
    expect(progress).toEqual([3])
    expect(metrics.seen).toEqual(['handled 3'])
  })

  it('are handled no more at a time than there are places, and counted as they are done', async () => {
    const { calls, progress, process } = setUp({ places: 2 })
    await process(named('a', 'b', 'c', 'd', 'e'))
    expect(calls).toEqual([['a', 'b'], ['c', 'd'], ['e']])
    expect(progress).toEqual([2, 2, 1])
  })

  it('share the places with those of other partitions', async () => {
    let now = 0
    let most = 0
    const { process, done } = setUp({
      places: 3,
      handle: async (names) => {
        now += names.length
        most = Math.max(most, now)
        await new Promise((resolve) => setImmediate(resolve))
        now -= names.length
      },
    })
    await Promise.all([0, 1, 2, 3].map((partition) => process(records(10), partition)))
    expect(done()).toBe(40)
    expect(most).toBe(3)
  })

  it('come with what their records were', async () => {
    const contexts: unknown[] = []
    const handling = new MessageHandling(topics['user-create'], {
      handler: async (_messages, context) => void contexts.push(context),
      gate: new Gate(2),
      watch: new FailureWatch(),
      deadLetters: {} as DeadLetters,
      metrics: new FakeMetrics() as unknown as KafkaMetrics,
    })
    const raw = records(3)
    const own = raw.map(({ key }) => ({ traceparent: operationTraceparent(String(key)) }))
    const trace = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, tracestate: 'v=1' }
    for (const [name, text] of Object.entries(trace)) raw[1]!.headers![name] = Buffer.from(text)
    await handling.process(5, raw, new AbortController().signal, () => undefined)
    const publishedAt = 1_763_615_257_600
    expect(contexts).toEqual([
      { topic: 'user-create', publishedAt: [publishedAt, publishedAt], traces: [own[0], trace] },
      { topic: 'user-create', publishedAt: [publishedAt], traces: [own[2]] },
    ])
  })
})

describe('messages of several partitions', () => {
  it('that come at the same time are handled in one call, and counted for each', async () => {
    const { calls, progress, process } = setUp()
    await Promise.all([process(named('a', 'b'), 0), process(named('c'), 1)])
    expect(calls).toEqual([['a', 'b', 'c']])
    expect(progress).toEqual([2, 1])
  })

  it('share the places also in one call', async () => {
    const { calls, process } = setUp({ places: 3 })
    await Promise.all([process(named('a', 'b'), 0), process(named('c', 'd'), 1)])
    expect(calls).toEqual([['a', 'b', 'c'], ['d']])
  })

  it('are told apart when one of them is at fault: only that one is buried', async () => {
    const { handled, letters, process, done } = setUp({ handle: failOn('bad') })
    await Promise.all([process(named('a', 'bad', 'b'), 3), process(named('c', 'd'), 4)])
    expect(letters).toMatchObject([{ partition: 3, message: { offset: '1' } }])
    expect(handled.filter((name) => name < 'c')).toEqual(['a', 'b'])
    expect(handled.filter((name) => name >= 'c')).toEqual(['c', 'd'])
    expect(done()).toBe(5)
  })

  it('do not wait for one whose messages fail and will pass', async () => {
    let failing = true
    const { handled, process } = setUp({
      handle: (names) => {
        if (failing && names.includes('held')) throw passing()
      },
    })
    const held = process(named('held'), 0)
    await process(named('free'), 1)
    expect(handled).toEqual(['free'])
    failing = false
    await held
    expect(handled).toEqual(['free', 'held'])
  })
})

describe('a failure that will pass', () => {
  it('is tried again as a whole until it passes, neither halved nor buried', async () => {
    let failures = 3
    const { calls, letters, progress, process, metrics } = setUp({
      handle: () => {
        if (failures-- > 0) throw passing()
      },
    })
    await process(named('a', 'b', 'c'))
    expect(calls).toEqual(Array.from({ length: 4 }, () => ['a', 'b', 'c']))
    expect(letters).toEqual([])
    expect(progress).toEqual([3])
    expect(metrics.count('retried')).toBe(3)
  })

  it('does not make what was done before it be done again', async () => {
    let failures = 1
    const { calls, process, progress } = setUp({
      places: 2,
      handle: (names) => {
        if (names.includes('c') && failures-- > 0) throw passing()
      },
    })
    await process(named('a', 'b', 'c', 'd'))
    expect(calls).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ])
    expect(progress).toEqual([2, 2])
  })

  it('gives its places back while it waits', async () => {
    const { process, gate, calls, stop } = setUp({
      places: 2,
      handle: () => {
        throw passing()
      },
    })
    const working = process(named('a', 'b'))
    await eventually(() => expect(calls.length).toBeGreaterThan(1))
    expect(await gate.enter(2)).toBe(2)
    stop.abort()
    await working
  })

  it('is not waited for when the work is to end: nothing counts as done', async () => {
    const { process, calls, progress, stop } = setUp({
      handle: () => {
        throw passing()
      },
    })
    const working = process(named('a', 'b'))
    await eventually(() => expect(calls.length).toBeGreaterThan(0))
    stop.abort()
    await working
    expect(progress).toEqual([])
  })

  it.each([
    new Error('plain'),
    new TypeError('x is undefined'),
    'a string',
    undefined,
    { canRetry: 'yes' },
  ])('says so itself: %s does not', async (thrown) => {
    const { letters, process, calls } = setUp({
      handle: () => {
        throw thrown
      },
    })
    await process(named('a'))
    expect(calls).toHaveLength(3)
    expect(letters).toMatchObject([{ reason: 'handler-failed', attempts: 3 }])
  })
})

describe('a failure that nobody expected', () => {
  it('is traced to its message, which is buried after three attempts', async () => {
    const { letters, process, calls, metrics } = setUp({ handle: failOn('bad') })
    await process(named('a', 'b', 'c', 'bad', 'd', 'e', 'f', 'g'))
    expect(letters).toMatchObject([
      {
        topic: 'user-create',
        partition: 0,
        message: { offset: '3' },
        reason: 'handler-failed',
        detail: 'a bug',
        attempts: 3,
      },
    ])
    expect(calls.filter((names) => names.length === 1 && names[0] === 'bad')).toHaveLength(3)
    expect(metrics.count('buried handler-failed')).toBe(1)
  })

  it('does not keep its neighbours from being handled: each once, and in their order', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `user ${index}`)
    const { handled, process, done } = setUp({ handle: failOn('user 333') })
    await process(named(...names))
    expect(handled).toEqual(names.filter((name) => name !== 'user 333'))
    expect(done()).toBe(500)
  })

  it('that is gone at the second attempt buries nothing', async () => {
    let failures = 1
    const { letters, handled, process } = setUp({
      handle: () => {
        if (failures-- > 0) throw new Error('a hiccup')
      },
    })
    await process(named('a', 'b'))
    expect(letters).toEqual([])
    expect(handled).toEqual(['a', 'b'])
  })

  it('and one that will pass, in one chunk: the one is buried, the other waited for', async () => {
    let failures = 2
    const { letters, handled, process } = setUp({
      handle: (names) => {
        if (names.includes('bad')) throw new Error('a bug')
        if (names.includes('d') && failures-- > 0) throw passing()
      },
    })
    await process(named('a', 'bad', 'c', 'd'))
    expect(letters.map(({ message }) => message.offset)).toEqual(['1'])
    expect(handled).toEqual(['a', 'c', 'd'])
  })

  it('is reported past as soon as it is buried', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    const { process, done } = setUp({
      handle: async (names) => {
        if (names.includes('bad')) throw new Error('a bug')
        if (names.includes('slow')) await held
      },
    })
    const working = process(named('bad', 'slow'))
    await eventually(() => expect(done()).toBe(1))
    release()
    await working
    expect(done()).toBe(2)
  })
})

describe('many messages that fail in a short time', () => {
  it('are a bug: after ten dead letters the consumer waits instead', async () => {
    const { process, letters, metrics, stop, done } = setUp({
      handle: () => {
        throw new Error('a bug')
      },
    })
    const working = Array.from({ length: 12 }, (_, partition) => process(records(1), partition))
    await eventually(() => expect(metrics.seen.join()).toMatch(/paused \d+ many-failures/))
    expect(letters).toHaveLength(10)
    expect(done()).toBe(10)
    stop.abort()
    await Promise.all(working)
    expect(letters).toHaveLength(10)
    const alerts = metrics.seen.filter((each) => each.startsWith('paused'))
    const ends = metrics.seen.filter((each) => each.startsWith('resumed'))
    expect(ends).toHaveLength(alerts.length)
  })

  it('are handled when the pause is over and they no longer fail', async () => {
    let broken = true
    const watch = new BriefWatch()
    const { process, letters, handled, metrics } = setUp({
      watch,
      handle: () => {
        if (broken) throw new Error('a bug')
      },
    })
    const working = process(named('a'))
    await eventually(() => expect(metrics.seen).toContain('paused 0 many-failures'))
    broken = false
    await working
    expect(letters).toEqual([])
    expect(handled).toEqual(['a'])
    expect(metrics.count('resumed 0 many-failures')).toBe(metrics.count('paused 0 many-failures'))
  })
})

/** Never takes anything for poison, and pauses for an instant. */
class BriefWatch extends FailureWatch {
  private until = 0

  override isPoison(): boolean {
    this.until = performance.now() + 50
    return false
  }

  override get pause(): number {
    return Math.max(0, this.until - performance.now())
  }
}

describe('a record that breaks the contract', () => {
  it('is buried at once, between neighbours that are handled in order', async () => {
    const { process, letters, calls, done } = setUp()
    const [a, b, c, d] = named('a', 'b', 'c', 'd')
    const broken = record({ offset: 7, value: '<xml/>' })
    await process([a!, b!, broken, c!, { ...broken, offset: '8', value: null }, d!])
    expect(calls).toEqual([['a', 'b'], ['c'], ['d']])
    expect(letters).toMatchObject([
      { message: { offset: '7' }, reason: 'not-json', attempts: 1 },
      { message: { offset: '8' }, reason: 'no-value', attempts: 1 },
    ])
    expect(done()).toBe(6)
  })

  it('is handed on as it came', async () => {
    const { process, letters } = setUp()
    const broken = record({ key: Buffer.from([1, 2]), value: Buffer.from([0xff, 0x00]) })
    await process([broken])
    expect(letters[0]!.message).toBe(broken)
  })

  it('waits for as long as the broker does not take it, and holds what follows', async () => {
    let failures = 2
    const { process, letters, calls } = setUp({
      bury: async () => {
        if (failures-- > 0) throw new Error('the broker is away')
      },
    })
    const [good] = named('a')
    await process([record({ value: '' }), good!])
    expect(letters).toHaveLength(1)
    expect(calls).toEqual([['a']])
  })

  it('is not waited for when the work is to end', async () => {
    const { process, progress, stop } = setUp({
      bury: async () => {
        throw new Error('the broker is away')
      },
    })
    const working = process([record({ value: '' })])
    stop.abort()
    await working
    expect(progress).toEqual([])
  })
})

describe('a message of a newer schema version', () => {
  it('holds the partition: what came before is done, what follows waits', async () => {
    const { process, calls, letters, metrics, done, stop } = setUp()
    const [a, b] = named('a', 'b')
    const newer = record({ offset: 2, headers: { 'schema-version': '2' } })
    const working = process([a!, newer, b!], 4)
    await eventually(() => expect(metrics.seen).toContain('paused 4 newer-schema'))
    expect(calls).toEqual([['a']])
    expect(done()).toBe(1)
    stop.abort()
    await working
    expect(calls).toEqual([['a']])
    expect(done()).toBe(1)
    expect(letters).toEqual([])
    expect(metrics.seen).toContain('resumed 4 newer-schema')
  })

  it('holds no other partition', async () => {
    const { process, calls, metrics, stop } = setUp()
    const held = process([record({ headers: { 'schema-version': '2' } })], 4)
    await eventually(() => expect(metrics.seen).toContain('paused 4 newer-schema'))
    await process(named('a'), 5)
    expect(calls).toEqual([['a']])
    stop.abort()
    await held
  })
})
