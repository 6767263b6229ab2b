import { describe, expect, it } from 'vitest'

import { newOperationId } from '#contracts'
import { type TraceContext } from '#service-defaults'

import { FakeTracer } from '../test/fake-tracer.js'
import { startSpans } from './batch-spans.js'

const traceOf = (number: number, flags = '01'): TraceContext => ({
  traceparent: `00-${String(number).padStart(32, 'a')}-${'b'.repeat(16)}-${flags}`,
})
const batch = (traces: TraceContext[]) => ({
  kind: 'consumer' as const,
  topic: 'user-create' as const,
  group: 'user-service',
  messages: traces.map(() => ({ operationId: newOperationId() })),
  traces,
})
const common = {
  'messaging.system': 'kafka',
  'messaging.operation.name': 'handle',
  'messaging.operation.type': 'process',
  'messaging.destination.name': 'user-create',
  'messaging.consumer.group.name': 'user-service',
}

describe('the span of a message alone', () => {
  it('is in its trace, and what follows belongs to it', () => {
    const tracer = new FakeTracer()
    const handled = batch([traceOf(1)])
    const { traces } = startSpans(tracer, handled)
    expect(tracer.started).toEqual([
      {
        name: 'handle user-create',
        kind: 'consumer',
        parent: traceOf(1),
        links: [],
        attributes: {
          ...common,
          'messaging.kafka.message.key': handled.messages[0]!.operationId,
        },
      },
    ])
    expect(traces).toEqual([tracer.traces[0]])
  })

  it('says what it publishes when it publishes', () => {
    const tracer = new FakeTracer()
    startSpans(tracer, { ...batch([traceOf(1)]), kind: 'producer', group: undefined })
    expect(tracer.started).toMatchObject([
      {
        name: 'publish user-create',
        kind: 'producer',
        attributes: { 'messaging.operation.type': 'send' },
      },
    ])
  })

  it('that is not sampled changes nothing for what follows', () => {
    const tracer = new FakeTracer()
    expect(startSpans(tracer, batch([traceOf(1, '00')])).traces).toEqual([traceOf(1, '00')])
  })
})

describe('the spans of several messages', () => {
  it('are one for all, with links to their traces, and one in each trace, with a link to that', () => {
    const tracer = new FakeTracer()
    const all = [traceOf(1), traceOf(2), traceOf(3)]
    const { traces } = startSpans(tracer, batch(all))
    const [together, ...each] = tracer.started
    expect(together).toEqual({
      name: 'handle user-create',
      kind: 'consumer',
      links: all,
      attributes: { ...common, 'messaging.batch.message_count': 3 },
    })
    expect(each.map(({ parent }) => parent)).toEqual(all)
    for (const { links } of each) expect(links).toEqual([tracer.traces[0]])
    expect(traces).toEqual(tracer.traces.slice(1))
  })

  it('have links for a hundred of them, and no more', () => {
    const linked = (count: number) => {
      const tracer = new FakeTracer()
      startSpans(tracer, batch(Array.from({ length: count }, (_, index) => traceOf(index))))
      return tracer.started[0]!.links!.length
    }
    expect(linked(100)).toBe(100)
    expect(linked(101)).toBe(100)
  })

  it('end together, with what went wrong', () => {
    const tracer = new FakeTracer()
    const fault = Object.assign(new Error('geheim'), { code: 'database-unavailable' })
    startSpans(tracer, batch([traceOf(1), traceOf(2)])).end(fault)
    expect(tracer.ended).toEqual(Array(3).fill('database-unavailable'))
  })
})
