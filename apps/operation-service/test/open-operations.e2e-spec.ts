import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

import { firstIdAt, newOperationId } from '#contracts'
import { eventually, openTestTopics, startTestBroker, startTestDatabase } from '#testing'

import { type Operation, openStore, startOperationService } from './operation-service.js'

const MINUTE = 60_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const service = await startOperationService(env)
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])

const accept = async (url = service.url) =>
  (await request(url).post('/users').send({ name: 'alice' }).expect(202)).body as Operation
const times = (id: string) => messages.published('user-create', id).length

/** Operations as a process stores them, some milliseconds ago. */
async function stored(acceptedBy: string, ages: number[]): Promise<string[]> {
  const records = ages.map((age) => {
    const createdAt = new Date(Date.now() - age)
    const _id = firstIdAt(createdAt.getTime()).slice(0, 15) + newOperationId().slice(15)
    return { _id, name: 'alice', createdAt, acceptedBy }
  })
  await store.operations.insertMany(records)
  return records.map(({ _id }) => _id)
}

describe('what a process accepted and, dying, did not publish', () => {
  it('is published by another one: what lies above its mark, and only that', async () => {
    const [published] = await stored('dead', [3 * MINUTE])
    const left = await stored('dead', [2 * MINUTE, MINUTE])
    const [ofTheLiving] = await stored('living', [MINUTE])
    const silentSince = new Date(Date.now() - 3 * MINUTE)
    const [lowest] = left
    await store.marks.insertMany([
      { _id: 'living', publishedBelow: lowest!, heartbeatAt: new Date(Date.now() + 60 * MINUTE) },
      { _id: 'dead', publishedBelow: lowest!, heartbeatAt: silentSince },
    ])
    await eventually(async () => {
      const mark = await store.marks.findOne({ _id: 'dead' })
      expect(mark!.publishedBelow > left[1]!).toBe(true)
    })
    // What comes later has come: so has whatever came before.
    const { id } = await accept()
    await eventually(() => expect([...left, id].map(times)).toEqual([1, 1, 1]))
    expect([published, ofTheLiving].map((each) => times(each!))).toEqual([0, 0])
  })

  it('late, when it was taken for dead already, is published too', async () => {
    const heartbeatAt = new Date(Date.now() - 3 * MINUTE)
    const from = firstIdAt(Date.now() - MINUTE)
    await store.marks.insertOne({ _id: 'asleep', publishedBelow: from, heartbeatAt })
    await eventually(async () => {
      const mark = await store.marks.findOne({ _id: 'asleep' })
      expect(mark!.publishedBelow > from).toBe(true)
    })
    const [late] = await stored('asleep', [0])
    await eventually(() => expect(times(late!)).toBeGreaterThan(0))
  })
})

describe('a process that stops', () => {
  it('has published all that it accepted, and leaves no mark', async () => {
    const marks = await store.marks.distinct('_id')
    const stopping = await startOperationService(env, { atEnd: onTestFinished, joined: false })
    const accepted = await eventually(() =>
      Promise.all(Array.from({ length: 100 }, () => accept(stopping.url))),
    )
    await stopping.close()
    expect(await store.marks.distinct('_id')).toEqual(marks)
    await eventually(() => {
      expect(accepted.map(({ id }) => times(id))).toEqual(accepted.map(() => 1))
    })
  })
})

describe('an operation that is open when the deadline is over', () => {
  it('is asked for again, by one replica', async () => {
    await service.close()
    const replicas = await Promise.all(
      [1, 2].map(() =>
        startOperationService(
          { ...env, SAGA_DEADLINE_MS: '100' },
          { atEnd: onTestFinished, joined: false },
        ),
      ),
    )
    const { id } = await eventually(() => accept(replicas[0]!.url))
    await eventually(() => expect(times(id)).toBe(2))
    const { id: later } = await accept(replicas[1]!.url)
    await eventually(() => expect(times(later)).toBe(2))
    expect(times(id)).toBe(2)
  })
})
