import { describe, expect, it } from 'vitest'

import { type MessageOf } from '#contracts'
import { eventually } from '#testing'

import { FakeMetrics } from '../test/fake-metrics.js'
import { FakeTracer } from '../test/fake-tracer.js'
import { userCreate } from '../test/records.js'
import { JointCalls, type Part } from './joint-calls.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { type BatchContext } from './on-topic.decorator.js'

/** @param handle what the handler does with the names it is given */
function setUp(
  handle: (names: string[]) => void | Promise<void> = () => undefined,
  tracer?: FakeTracer,
) {
  const calls: string[][] = []
  const contexts: BatchContext[] = []
  const metrics = new FakeMetrics()
  const joint = new JointCalls(
    'user-create',
    async (messages, context) => {
      const names = (messages as MessageOf<'user-create'>[]).map(({ name }) => name)
      calls.push(names)
      contexts.push(context)
      await handle(names)
    },
    metrics as unknown as KafkaMetrics,
    tracer && { tracer, group: 'user-service' },
  )
  /** @returns what became of each part: nothing, or its error */
  const handleAll = (...parts: Part[]) =>
    Promise.all(parts.map((each) => joint.handle(each).catch((error: unknown) => error)))
  return { calls, contexts, metrics, joint, handleAll }
}

const traceAt = (time: number) => ({
  traceparent: `00-${'a'.repeat(32)}-${String(time).padStart(16, '1')}-00`,
})

/** A part of messages with these names, published from `since` on, one a millisecond. */
const part = (names: string[], since = 0): Part => ({
  messages: names.map((name) => userCreate(name)),
  publishedAt: names.map((_, index) => since + index),
  traces: names.map((_, index) => traceAt(since + index)),
})

const failOn = (bad: string, error: Error) => (names: string[]) => {
  if (names.includes(bad)) throw error
}
const bug = new Error('a bug')
const passing = Object.assign(new Error('the database is away'), { canRetry: true })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('parts that come in one turn of the event loop', () => {
  it('go in one call: each in its order, with the times and traces of its messages', async () => {
    const { calls, contexts, handleAll } = setUp()
    await handleAll(part(['a', 'b'], 10), part(['c'], 20), part(['d', 'e'], 30))
    expect(calls).toEqual([['a', 'b', 'c', 'd', 'e']])
    const publishedAt = [10, 11, 20, 30, 31]
    expect(contexts).toEqual([
      { topic: 'user-create', publishedAt, traces: publishedAt.map(traceAt) },
    ])
  })

  it('go in one call though some of them come a few promises later', async () => {
    const { calls, joint } = setUp()
    const later = async () => {
      for (let promises = 0; promises < 10; promises += 1) await Promise.resolve()
      await joint.handle(part(['b']))
    }
    await Promise.all([joint.handle(part(['a'])), later()])
    expect(calls).toEqual([['a', 'b']])
  })

  it('are measured as one call of as many messages as they have together', async () => {
    const { metrics, handleAll } = setUp()
    await handleAll(part(['a', 'b']), part(['c']))
    expect(metrics.seen).toEqual(['handled 3'])
  })
})

describe('a part that comes later', () => {
  it('has a call of its own, and waits for no other one', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { calls, joint } = setUp((names) => (names.includes('slow') ? held : undefined))
    let isDone = false
    const slow = joint.handle(part(['slow'])).then(() => (isDone = true))
    await eventually(() => expect(calls).toHaveLength(1))
    await joint.handle(part(['quick']))
    expect(calls).toEqual([['slow'], ['quick']])
    expect(isDone).toBe(false)
    release()
    await slow
  })
})

describe('a joint call that fails', () => {
  it('unexpectedly is taken apart: only the part at fault fails', async () => {
    const { calls, metrics, handleAll } = setUp(failOn('bad', bug))
    const results = await handleAll(part(['a', 'b']), part(['c', 'bad']), part(['d']))
    expect(results).toEqual([undefined, bug, undefined])
    expect(calls).toEqual([['a', 'b', 'c', 'bad', 'd'], ['a', 'b'], ['c', 'bad'], ['d']])
    expect(metrics.seen.toSorted()).toEqual(['failed 2', 'failed 5', 'handled 1', 'handled 2'])
  })

  it('unexpectedly makes no part wait for another one', async () => {
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { joint } = setUp((names) => {
      if (names.length > 1) throw bug
      return names.includes('slow') ? held : undefined
    })
    const slow = joint.handle(part(['slow']))
    await joint.handle(part(['quick']))
    release()
    await slow
  })

  it('of one part is not made again', async () => {
    const { calls, handleAll } = setUp(failOn('bad', bug))
    expect(await handleAll(part(['a', 'bad']))).toEqual([bug])
    expect(calls).toEqual([['a', 'bad']])
  })

  it('and will pass fails all of its parts: each is tried again when its partition says', async () => {
    const { calls, metrics, handleAll } = setUp(failOn('bad', passing))
    const results = await handleAll(part(['a']), part(['bad']), part(['c', 'd']))
    expect(results).toEqual([passing, passing, passing])
    expect(calls).toEqual([['a', 'bad', 'c', 'd']])
    expect(metrics.seen).toEqual(['failed 4'])
  })

  it('fails nothing that comes after it', async () => {
    const { calls, handleAll } = setUp(failOn('bad', bug))
    const failing = handleAll(part(['bad']))
    await turn()
    expect(await handleAll(part(['good']))).toEqual([undefined])
    expect(await failing).toEqual([bug])
    expect(calls).toEqual([['bad'], ['good']])
  })
})

describe('a call with spans', () => {
  it('is in them from its beginning to its end, and hands them on', async () => {
    const tracer = new FakeTracer()
    const { contexts, handleAll } = setUp(() => expect(tracer.ended).toEqual([]), tracer)
    await handleAll(part(['a', 'b'], 10), part(['c'], 20))
    expect(tracer.started).toHaveLength(4)
    expect(tracer.started[0]).toMatchObject({ links: [traceAt(10), traceAt(11), traceAt(20)] })
    expect(tracer.ended).toEqual([undefined, undefined, undefined, undefined])
    expect(contexts[0]!.traces).toEqual([traceAt(10), traceAt(11), traceAt(20)])
  })

  it('tells in them what the handler threw', async () => {
    const tracer = new FakeTracer()
    const { handleAll } = setUp(failOn('a', passing), tracer)
    await handleAll(part(['a']))
    expect(tracer.ended).toEqual(['Error'])
  })
})
