import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

import { topics } from '#contracts'
import {
  creationEnded,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
} from '#testing'

import { type Operation, openStore, startOperationService } from './operation-service.js'

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const service = await startOperationService(env)
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])
const http = request(service.url)

/** As the service reads: what is not durable yet is not there. */
const asShown = { readConcern: { level: 'majority' } } as const

const accept = async (key: string = crypto.randomUUID(), url = service.url) =>
  (
    await request(url)
      .post('/users')
      .set('idempotency-key', `"${key}"`)
      .send({ name: 'carol', email: 'carol@example.org' })
      .expect(202)
  ).body as Operation

/** Every service is told to erase the user of an operation; waits until it is done. */
async function erase(operationId: string): Promise<void> {
  const requestedAt = new Date().toISOString()
  await messages.publish('user-erase', [{ operationId, userId: operationId, requestedAt }])
  await eventually(async () => {
    const stored = await store.operations.findOne({ _id: operationId }, asShown)
    expect(stored).toHaveProperty('erasedAt')
    expect(JSON.stringify(stored)).not.toContain('carol')
  })
}

const finish = async (id: string) => {
  await messages.publish('user-create-response', [creationEnded(id)])
  await eventually(async () =>
    expect(await store.outcomes.findOne({ _id: id }, asShown)).not.toBeNull(),
  )
}

describe('an operation whose user is erased', () => {
  it('stays, with how it ended, and without the data', async () => {
    const { id } = await accept()
    await finish(id)
    const { body: before } = await http.get(`/operations/${id}`).expect(200)
    await erase(id)
    const { body } = await http.get(`/operations/${id}`).expect(200)
    expect(body).toEqual({ ...(before as object), data: {}, erasedAt: expect.any(String) })
    const list = await http.get('/operations').expect(200)
    expect((list.body as { items: object[] }).items).toContainEqual(body)
  })

  it('counts as before', async () => {
    const { body: before } = await http.get('/operations/summary').expect(200)
    const { id } = await accept()
    await finish(id)
    await erase(id)
    const { accepted, completed } = before as { accepted: number; completed: number }
    const { body } = await http.get('/operations/summary').expect(200)
    expect(body).toMatchObject({ accepted: accepted + 1, completed: completed + 1 })
  })

  it('leaves no hash of the body with its key, which goes on standing for it', async () => {
    const key = crypto.randomUUID()
    const { id } = await accept(key)
    const other = crypto.randomUUID()
    await accept(other)
    await finish(id)
    await erase(id)
    expect(await store.keys.findOne({ _id: key })).not.toHaveProperty('fingerprint')
    expect(await store.keys.findOne({ _id: other })).toHaveProperty('fingerprint')
    const repeated = await http
      .post('/users')
      .set('idempotency-key', `"${key}"`)
      .send({ name: 'carol', email: 'carol@example.org' })
      .expect(200)
    expect(repeated.headers['idempotency-replayed']).toBe('true')
    expect(repeated.body).toMatchObject({ id, data: {} })
  })

  it('that comes again changes nothing', async () => {
    const { id } = await accept()
    await erase(id)
    const first = await store.operations.findOne({ _id: id })
    await erase(id)
    const { id: later } = await accept()
    await erase(later)
    expect(await store.operations.findOne({ _id: id })).toEqual(first)
  })
})

describe('an erasure that comes before the outcome', () => {
  it('lets the operation be asked for again, by a message of its topic without the data', async () => {
    const { id } = await accept()
    await erase(id)
    await service.close()
    await startOperationService(
      { ...env, SAGA_DEADLINE_MS: '100' },
      { atEnd: onTestFinished, joined: true },
    )
    const again = await eventually(() => {
      const published = messages.published('user-create', id)
      expect(published.length).toBeGreaterThan(1)
      return published.at(-1)!
    })
    expect(topics['user-create'].accepts(again.value)).toBe(true)
    expect(JSON.stringify(again.value)).not.toContain('carol')
    await finish(id)
    expect(await store.operations.findOne({ _id: id })).not.toHaveProperty('name')
  })
})
