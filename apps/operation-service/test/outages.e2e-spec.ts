import { setTimeout as sleep } from 'node:timers/promises'

import request from 'supertest'
import { afterEach, describe, expect, it } from 'vitest'

import {
  creationEnded,
  eventually,
  layWire,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
} from '#testing'

import { type Operation, openStore, startOperationService } from './operation-service.js'

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const wire = await layWire(database.uri)
const service = await startOperationService({
  KAFKA_BROKERS: broker.address,
  MONGODB_URI: wire.uri,
})
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])
const http = request(service.url)
const post = (name = 'alice') => http.post('/users').send({ name })
const accepted = async (name?: string) => (await post(name).expect(202)).body as Operation

/** Half a second more than is promised, for a machine that is busy. */
const PROMISED = 2_500

/** Posts one user after the other for a while, without waiting for the answers. */
async function postSteadily(times: number) {
  const answers: Promise<{ status: number; after: number; retryAfter: string | undefined }>[] = []
  for (let time = 0; time < times; time += 1) {
    const began = performance.now()
    answers.push(
      post(`user ${time}`).then(({ status, headers }) => ({
        status,
        after: performance.now() - began,
        retryAfter: headers['retry-after'],
      })),
    )
    await sleep(100)
  }
  return Promise.all(answers)
}

afterEach(async () => {
  wire.mend()
  await eventually(() => accepted())
})

describe.each([
  ['is away', () => wire.cut()],
  ['hangs', () => wire.silence()],
])('while the database %s', (_, harm) => {
  it('clients are told to come back, soon and all of them', async () => {
    harm()
    const answers = await postSteadily(25)
    for (const { status, after, retryAfter } of answers) {
      expect(status).toBe(503)
      expect(retryAfter).toMatch(/^\d+$/)
      expect(after).toBeLessThan(PROMISED)
    }
  })

  it('nobody can look at an operation, and the service is not ready, but alive', async () => {
    const { id } = await accepted()
    harm()
    await http.get(`/operations/${id}`).expect(503).expect('retry-after', /^\d+$/)
    const ready = await http.get('/readyz').expect(503)
    expect(ready.body).toMatchObject({ dependencies: { mongodb: { status: 'down' } } })
    await http.get('/livez').expect(200)
    wire.mend()
    await eventually(() => http.get('/readyz').expect(200))
    await eventually(() => http.get(`/operations/${id}`).expect(200))
  })

  it('responses wait, and are taken when it is back', async () => {
    const { id } = await accepted()
    harm()
    await messages.publish('user-create-response', [creationEnded(id)])
    await http.get(`/operations/${id}`).expect(503)
    wire.mend()
    await eventually(async () => {
      const { body } = await http.get(`/operations/${id}`).expect(200)
      expect(body).toMatchObject({ state: 'completed' })
    })
    const { text } = await http.get('/metrics').expect(200)
    expect(text).not.toMatch(/^tideway_dead_letters_total\{/m)
  })
})

describe('a write of which the database was sent, and did not tell, what became', () => {
  it('is told as unknown, and what was stored is published', async () => {
    const name = 'stored, but not heard of'
    wire.cutAfter(name)
    const answer = await post(name).expect(503)
    expect(answer.body).toMatchObject({ type: 'urn:tideway:problem:outcome-unknown' })
    wire.mend()
    const stored = await eventually(async () => {
      const found = await store.operations.findOne({ name })
      expect(found).not.toBeNull()
      return found!
    })
    await eventually(() => {
      expect(messages.published('user-create', stored._id)).not.toEqual([])
    })
    expect(await store.operations.countDocuments({ name })).toBe(1)
  })
})

describe('while the broker is away', () => {
  it('operations are accepted, and published when it is back', async () => {
    await broker.kill()
    const { id } = await accepted('bob')
    const { body } = await http.get('/readyz').expect(200)
    expect(body).toMatchObject({ status: 'ok', dependencies: { kafka: expect.any(Object) } })
    expect(messages.published('user-create', id)).toEqual([])
    await broker.start()
    await eventually(() => expect(messages.published('user-create', id)).not.toEqual([]), {
      within: 25_000,
    })
  })
})
