import request from 'supertest'
import { expect, it } from 'vitest'

import { firstIdAt, newOperationId } from '#contracts'
import {
  creationEnded,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
} from '#testing'

import { openStore, startOperationService } from './operation-service.js'

const DAY = 24 * 60 * 60_000
const DAYS = 40

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = {
  KAFKA_BROKERS: broker.address,
  MONGODB_URI: database.uri,
  RETENTION_DAYS: String(DAYS),
}
const store = await openStore(database.uri)

/** An operation of some days ago, that ended so many days ago or not at all. @returns its id */
async function stored(begunDaysAgo: number, endedDaysAgo?: number): Promise<string> {
  const begunAt = Date.now() - begunDaysAgo * DAY
  const _id = firstIdAt(begunAt).slice(0, 15) + newOperationId().slice(15)
  const createdAt = new Date(begunAt)
  await store.operations.insertOne({ _id, name: 'alice', createdAt, acceptedBy: 'nobody' })
  if (endedDaysAgo !== undefined) {
    const finishedAt = new Date(Date.now() - endedDaysAgo * DAY)
    await store.outcomes.insertOne({ _id, state: 'completed', userId: _id, steps: {}, finishedAt })
  }
  return _id
}

const old = await Promise.all([stored(60, 60), stored(50, 50), stored(41, 41)])
const open = await stored(45)
const endedLately = await stored(46, 39)
const young = await stored(39, 39)
const [service] = await Promise.all([startOperationService(env), startOperationService(env)])
const messages = await openTestTopics(broker.address)
const http = request(service.url)
const gone = async () => {
  for (const id of old) {
    expect(await store.operations.findOne({ _id: id })).toBeNull()
    expect(await store.outcomes.findOne({ _id: id })).toBeNull()
  }
}

it('removes operations that ended long ago, and nothing else', { timeout: 90_000 }, async () => {
  await eventually(gone, { within: 60_000 })
  for (const id of [open, endedLately, young]) await http.get(`/operations/${id}`).expect(200)
  await http.get(`/operations/${old[0]}`).expect(404)
})

it('goes on counting them', async () => {
  const books = { accepted: 6, completed: 5, failed: 0, pending: 1 }
  const { body } = await http.get('/operations/summary').expect(200)
  expect(body).toMatchObject(books)
})

it('says from where on the books are complete', async () => {
  const { keptFrom } = (await store.retention.findOne({}))!
  expect(old.every((id) => id < keptFrom)).toBe(true)
  expect(young > keptFrom).toBe(true)
})

it('does not take a late answer for a new one', async () => {
  await messages.publish('user-create-response', [creationEnded(old[0])])
  await eventually(async () => {
    const { text } = await http.get('/metrics').expect(200)
    expect(text).toContain('tideway_operation_responses_ignored_total{reason="unknown"} 1')
  })
  await gone()
})
