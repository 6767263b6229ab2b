import { createHash } from 'node:crypto'

import { describe, expect, it } from 'vitest'

import { startTestBroker, startTestDatabase } from '#testing'

import { type Operation, openStore, startOperationService } from './operation-service.js'

const digest = (key: string) => createHash('sha256').update(key).digest('hex')

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const service = await startOperationService(
  {
    KAFKA_BROKERS: broker.address,
    MONGODB_URI: database.uri,
    API_KEYS: `alice:${digest('key of alice')},bob:${digest('key of bob')}`,
  },
  { joined: false },
)
const store = await openStore(database.uri)

async function post(apiKey: string, idempotencyKey: string, name: string) {
  const response = await fetch(`${service.url}/users`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': `"${idempotencyKey}"`,
      'x-api-key': apiKey,
    },
    body: JSON.stringify({ name }),
  })
  const isReplay = response.headers.get('idempotency-replayed') === 'true'
  return { status: response.status, isReplay, operation: (await response.json()) as Operation }
}

describe('two clients that send the same Idempotency-Key', () => {
  it('have an operation each, whatever they send with it', async () => {
    const key = crypto.randomUUID()
    const ofAlice = await post('key of alice', key, 'carol')
    const ofBob = await post('key of bob', key, 'dave')
    expect([ofAlice.status, ofBob.status]).toEqual([202, 202])
    expect([ofAlice.isReplay, ofBob.isReplay]).toEqual([false, false])
    expect(ofBob.operation.id).not.toBe(ofAlice.operation.id)
    for (const { operation } of [ofAlice, ofBob]) {
      const stored = await store.keys.findOne({ operationId: operation.id })
      expect(stored?._id).toContain(key)
    }
  })

  it('are shown their own when they repeat the request', async () => {
    const key = crypto.randomUUID()
    const [ofAlice, ofBob] = [
      await post('key of alice', key, 'carol'),
      await post('key of bob', key, 'carol'),
    ]
    const again = await post('key of alice', key, 'carol')
    expect(again.isReplay).toBe(true)
    expect(again.operation.id).toBe(ofAlice.operation.id)
    expect(again.operation.id).not.toBe(ofBob.operation.id)
  })

  it('are refused another body of their own', async () => {
    const key = crypto.randomUUID()
    await post('key of alice', key, 'carol')
    expect((await post('key of alice', key, 'dave')).status).toBe(422)
  })
})

describe('a client that is not known', () => {
  it('is refused, and nothing is stored', async () => {
    const [key, name] = [crypto.randomUUID(), crypto.randomUUID()]
    expect((await post('key of mallory', key, name)).status).toBe(401)
    expect(await store.operations.countDocuments({ name })).toBe(0)
    expect(await store.keys.countDocuments({ _id: { $regex: key } })).toBe(0)
  })
})
