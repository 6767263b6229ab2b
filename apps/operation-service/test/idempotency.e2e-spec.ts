import { expect, describe, it } from 'vitest'

import { acceptedAt, firstIdAt, newOperationId } from '#contracts'
import {
  creationEnded,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
} from '#testing'

import { fingerprint } from '../src/idempotency/idempotency-key.js'
import { type Operation, openStore, startOperationService } from './operation-service.js'

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const replicas = await Promise.all([startOperationService(env), startOperationService(env)])
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])

const newKey = () => crypto.randomUUID()

async function post(
  key: string,
  body: object = { name: 'alice' },
  replica = replicas[0],
  more: Record<string, string> = {},
) {
  const response = await fetch(`${replica.url}/users`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `"${key}"`, ...more },
    body: JSON.stringify(body),
  })
  return { response, operation: (await response.json()) as Operation }
}

const countNamed = (name: string) => store.operations.countDocuments({ name })
const isReplay = (response: Response) => response.headers.get('idempotency-replayed') === 'true'

describe('a request that is repeated with its Idempotency-Key', () => {
  it('is answered with the operation of the first one', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    const first = await post(key, { name })
    expect(first.response.status).toBe(202)
    expect(isReplay(first.response)).toBe(false)
    const again = await post(key, { name: ` ${name} ` }, replicas[1])
    expect(again.response.status).toBe(202)
    expect(again.operation).toEqual(first.operation)
    expect(isReplay(again.response)).toBe(true)
    expect(await countNamed(name)).toBe(1)
  })

  it('tells the trace of the first one, whatever its own', async () => {
    const key = newKey()
    const traceOf = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`
    const told = async (replica: (typeof replicas)[0], digit: string) => {
      const { response } = await post(key, undefined, replica, { traceparent: traceOf(digit) })
      return response.headers.get('traceresponse')
    }
    expect(await told(replicas[0], 'a')).toBe(traceOf('a'))
    expect(await told(replicas[1], 'b')).toBe(traceOf('a'))
  })

  it('and comes to two replicas many times at once is one operation', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => post(key, { name }, replicas[index % 2])),
    )
    expect(new Set(answers.map(({ response }) => response.status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ operation }) => operation.id)).size).toBe(1)
    expect(answers.filter(({ response }) => !isReplay(response))).toHaveLength(1)
    expect(await countNamed(name)).toBe(1)
  })

  it('is answered with how it ended', async () => {
    const key = newKey()
    const { operation } = await post(key)
    await messages.publish('user-create-response', [creationEnded(operation.id)])
    await eventually(async () => {
      const again = await post(key)
      expect(again.response.status).toBe(200)
      expect(again.operation).toMatchObject({ id: operation.id, state: 'completed' })
    })
  })

  it('is refused with another body, and nothing is stored', async () => {
    const key = newKey()
    await post(key)
    const name = crypto.randomUUID()
    const { response } = await post(key, { name })
    expect(response.status).toBe(422)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await countNamed(name)).toBe(0)
  })

  it('is accepted when a crash kept the first one from being stored', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    const lost = firstIdAt(Date.now() - 191_000)
    await store.keys.insertOne({
      _id: key,
      operationId: lost,
      fingerprint: fingerprint({ name }),
      createdAt: new Date(),
    })
    const answers = await Promise.all([post(key, { name }), post(key, { name }, replicas[1])])
    expect(answers.map(({ response }) => response.status)).toEqual([202, 202])
    const [{ operation }, other] = answers
    expect(other.operation.id).toBe(operation.id)
    expect(operation.id).not.toBe(lost)
    expect(await countNamed(name)).toBe(1)
    await eventually(() => expect(messages.published('user-create', operation.id)).toHaveLength(1))
  })

  it('is begun at once, under the same id, when the first one’s process died just now', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    const operationId = firstIdAt(Date.now() - 20_000)
    await store.keys.insertOne({
      _id: key,
      operationId,
      fingerprint: fingerprint({ name }),
      createdAt: new Date(),
    })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(key, { name }, replicas[index % 2])),
    )
    expect(new Set(answers.map(({ response }) => response.status))).toEqual(new Set([202]))
    expect(new Set(answers.map(({ operation }) => operation.id))).toEqual(new Set([operationId]))
    expect(answers.filter(({ response }) => !isReplay(response))).toHaveLength(1)
    expect(await countNamed(name)).toBe(1)
    await eventually(() => expect(messages.published('user-create', operationId)).toHaveLength(1))
  })

  it('waits a moment for one that may still be under way, before it begins it', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    const operationId = newOperationId()
    await store.keys.insertOne({
      _id: key,
      operationId,
      fingerprint: fingerprint({ name }),
      createdAt: new Date(),
    })
    const begun = performance.now()
    const { response, operation } = await post(key, { name })
    expect(performance.now() - begun).toBeGreaterThan(1_000)
    expect(response.status).toBe(202)
    expect(operation.id).toBe(operationId)
  })

  it('is told to come back while something may still be stored under an old id', async () => {
    const key = newKey()
    const name = crypto.randomUUID()
    await store.keys.insertOne({
      _id: key,
      operationId: firstIdAt(Date.now() - 70_000),
      fingerprint: fingerprint({ name }),
      createdAt: new Date(),
    })
    const { response } = await post(key, { name })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await countNamed(name)).toBe(0)
  })
})

describe('an Idempotency-Key', () => {
  it('that is none is refused, by its name', async () => {
    const response = await fetch(`${replicas[0].url}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'two, keys' },
      body: JSON.stringify({ name: 'alice' }),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ errors: [{ pointer: '/Idempotency-Key' }] })
  })

  it('is forgotten by the database after a day', async () => {
    await eventually(async () => {
      expect(await store.keys.indexes()).toContainEqual(
        expect.objectContaining({ key: { createdAt: 1 }, expireAfterSeconds: 86_400 }),
      )
    })
  })

  it('leaves nothing that keeps the mark of its process back', async () => {
    await eventually(async () => {
      for (const { unpublished, publishedBelow } of await store.marks.find().toArray()) {
        expect(unpublished).toBe(0)
        expect(Date.now() - acceptedAt(publishedBelow)).toBeLessThan(5_000)
      }
    })
  })
})
