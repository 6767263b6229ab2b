import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { operationTraceparent, type TopicName, topics } from '#contracts'
import { type ReceivedSpan, SpanReceiver } from '#testing'

import { type Operation, System, until } from './system.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CLIENT = 'b7ad6b7169203331'
const unsampled = { traceparent: `00-${TRACE}-${CLIENT}-00`, tracestate: 'vendor=opaque' }
/** All that a user's creation publishes. */
const names = (Object.keys(topics) as TopicName[]).filter((name) => name !== 'user-erase')

async function createUser(
  system: System,
  headers: Record<string, string> = {},
  name = 'alice',
): Promise<{ id: string; trace: string | null }> {
  const { url } = system.services['operation-service'][0]!
  const answer = await fetch(`${url}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name }),
  })
  expect(answer.status).toBe(202)
  const { id } = (await answer.json()) as Operation
  return { id, trace: answer.headers.get('traceresponse') }
}

async function traceOf(system: System, id: string): Promise<string | null> {
  const { url } = system.services['operation-service'][0]!
  return (await fetch(`${url}/operations/${id}`)).headers.get('traceresponse')
}

/** The trace headers of an operation's messages in a topic. */
async function tracesIn(system: System, topic: string, id: string) {
  return (await system.messages(topic))
    .filter(({ key }) => String(key) === id)
    .map(({ headers = {} }) =>
      Object.fromEntries(
        ['traceparent', 'tracestate'].flatMap((name) =>
          headers[name] === undefined ? [] : [[name, String(headers[name])]],
        ),
      ),
    )
}

describe('The trace of an operation', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({
      env: { APPROVAL_WORK_MS: '1', OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    })
  })
  afterAll(() => system?.stop())

  it("is its client's, in the answers and on every message", async () => {
    const { id, trace } = await createUser(system, unsampled)
    await system.ended(id)
    expect(trace).toBe(unsampled.traceparent)
    expect(await traceOf(system, id)).toBe(unsampled.traceparent)
    for (const topic of names) expect(await tracesIn(system, topic, id)).toEqual([unsampled])
  })

  it('is made of its id when its client has none, in the answers and on every message', async () => {
    const { id, trace } = await createUser(system, { traceparent: 'nonsense', tracestate: 'a=1' })
    await system.ended(id)
    const traceparent = operationTraceparent(id)
    expect(trace).toBe(traceparent)
    expect(await traceOf(system, id)).toBe(traceparent)
    for (const topic of names) expect(await tracesIn(system, topic, id)).toEqual([{ traceparent }])
    const stored = await system.records('operation_service', 'operations').findOne({ _id: id })
    expect(stored).not.toHaveProperty('traceparent')
  })

  it('is not that of its erasure, whose message is in the trace of who asked for it', async () => {
    const { id } = await createUser(system)
    await system.ended(id)
    const { url } = system.services['user-service'][0]!
    const answer = await fetch(`${url}/users/${id}`, { method: 'DELETE', headers: unsampled })
    expect(answer.status).toBe(202)
    expect(await tracesIn(system, 'user-erase', id)).toEqual([unsampled])
  })

  it('stays on a message that is delivered again, and on what follows from it', async () => {
    const { id } = await createUser(system, unsampled)
    await system.ended(id)
    const all = await system.messages('user-create')
    const { key, value, headers } = all.find((each) => String(each.key) === id)!
    await system.publish('user-create', { key: key!, value, headers: headers! })
    const answers = async () => tracesIn(system, 'user-create-response', id)
    await until(async () => (await answers()).length === 2)
    expect(await answers()).toEqual([unsampled, unsampled])
  })

  it('survives the process that accepted it: whoever publishes for it knows the trace', async () => {
    await system.broker.stop()
    const { id } = await createUser(system, unsampled)
    const other = await createUser(system)
    await system.end('operation-service', 'kill')
    await system.broker.start()
    await system.startReplica('operation-service')
    await system.allEnded([id, other.id])
    for (const topic of names) {
      for (const traces of await tracesIn(system, topic, id)) expect(traces).toEqual(unsampled)
      const own = { traceparent: operationTraceparent(other.id) }
      for (const traces of await tracesIn(system, topic, other.id)) expect(traces).toEqual(own)
    }
  })
})

describe('Spans', () => {
  let receiver: SpanReceiver
  let system: System

  beforeAll(async () => {
    receiver = await SpanReceiver.start()
    system = await System.start({
      env: {
        APPROVAL_WORK_MS: '1',
        APPROVAL_CONCURRENCY: '100',
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      },
    })
  })
  afterAll(async () => {
    await system?.stop()
    await receiver.close()
  })

  const ofTrace = (traceId: string, kind?: string) =>
    receiver.spans.filter(
      (span) => span.traceId === traceId && (kind === undefined || span.kind === kind),
    )
  /** From the request to the last step, by their parents. */
  const chain = (traceId: string, root: string) => {
    const found: ReceivedSpan[] = []
    for (let parent = root; ;) {
      // The request whose client looks for the outcome has the same parent as the one that began it.
      const next = ofTrace(traceId).find(({ parentSpanId }) => parentSpanId === parent)
      if (!next) return found
      found.push(next)
      parent = next.spanId
    }
  }
  const whole = [
    'operation-service: POST /users',
    'operation-service: publish user-create',
    'user-service: handle user-create',
    'user-service: publish user-approve',
    'user-approval-service: handle user-approve',
    'user-approval-service: publish user-approve-response',
    'user-service: handle user-approve-response',
    'user-service: publish user-create-response',
    'operation-service: handle user-create-response',
  ]
  const steps = (spans: ReceivedSpan[]) => spans.map(({ service, name }) => `${service}: ${name}`)

  it("show each step of a saga in its client's trace, each begun by the one before", async () => {
    const { id, trace } = await createUser(system, {
      traceparent: `00-${TRACE}-${CLIENT}-01`,
      tracestate: 'vendor=opaque',
    })
    await system.allEnded([id])
    await until(async () => chain(TRACE, CLIENT).length === whole.length)
    const spans = chain(TRACE, CLIENT)
    expect(steps(spans)).toEqual(whole)
    expect(spans[0]).toMatchObject({
      kind: 'server',
      attributes: { 'http.route': '/users', 'http.response.status_code': 202 },
    })
    expect(trace).toBe(`00-${TRACE}-${spans[0]!.spanId}-01`)
    for (const { attributes, tracestate } of spans.slice(1)) {
      expect(attributes).toMatchObject({ 'messaging.kafka.message.key': id })
      expect(tracestate).toBe('vendor=opaque')
    }
    expect(await traceOf(system, id)).toBe(trace)
  })

  it('show it in a trace that the request begins, when its client has none', async () => {
    const { id, trace } = await createUser(system)
    const traceId = trace!.slice(3, 35)
    await system.allEnded([id])
    await until(async () => chain(traceId, '').length === whole.length)
    expect(steps(chain(traceId, ''))).toEqual(whole)
  })

  it('show it for each of many at once; those of batches link to the traces that are in them', async () => {
    // What waits for the broker goes in batches when it comes back.
    await system.broker.stop()
    const created = await Promise.all(
      Array.from({ length: 40 }, (_, index) => createUser(system, {}, `user ${index}`)),
    )
    await system.broker.start()
    await system.allEnded(created.map(({ id }) => id))
    const traceIds = created.map(({ trace }) => trace!.slice(3, 35))
    await until(async () => traceIds.every((traceId) => ofTrace(traceId, 'consumer').length >= 4))
    for (const traceId of traceIds) {
      const services = new Set(ofTrace(traceId).map(({ service }) => service))
      expect(services.size).toBe(3)
    }
    const batches = receiver.spans.filter(
      ({ name, attributes }) =>
        name === 'handle user-create' && 'messaging.batch.message_count' in attributes,
    )
    expect(batches.length).toBeGreaterThan(0)
    for (const { links, attributes } of batches) {
      expect(links).toHaveLength(Number(attributes['messaging.batch.message_count']))
      for (const { traceId } of links) expect(traceIds).toContain(traceId)
    }
  })

  it('hold no names, no probes and no metrics', () => {
    const told = JSON.stringify(receiver.spans)
    expect(told).not.toMatch(/alice|user \d/)
    expect(told).not.toMatch(/livez|readyz|metrics/)
  })

  it('are sent before a process ends, and keep it from nothing when nobody takes them', async () => {
    const { id, trace } = await createUser(system)
    expect(await system.end('operation-service', 'stop')).toBe(0)
    expect(steps(ofTrace(trace!.slice(3, 35)))).toContain('operation-service: POST /users')
    await receiver.close()
    await system.startReplica('operation-service')
    await system.allEnded([id, (await createUser(system)).id])
    expect(await system.end('operation-service', 'stop')).toBe(0)
  })
})
