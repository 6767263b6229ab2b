import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type MessageOf, newOperationId, topics } from '#contracts'
import {
  decision,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
  userRequest,
} from '#testing'

import { openStore, startUserService } from './user-service.js'

const DAY = 24 * 60 * 60_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const service = await startUserService(env)
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])
const http = request(service.url)
const answered = (id: string) => messages.published('user-create-response', id)

/** A user that was asked for; and decided, if said how. @returns the message that asked for it */
async function user(
  approval?: MessageOf<'user-approve-response'>['decision'],
): Promise<MessageOf<'user-create'>> {
  const message = userRequest({ name: 'carol', email: 'carol@example.org' })
  const { operationId } = message
  await messages.publish('user-create', [message])
  await eventually(() => expect(messages.published('user-approve', operationId)).toHaveLength(1))
  if (approval) {
    const decided = decision(operationId, { decision: approval, reason: 'carol is known' })
    await messages.publish('user-approve-response', [decided])
    await eventually(() => expect(answered(operationId)).toHaveLength(1))
  }
  return message
}

const erase = (id: string) => http.delete(`/users/${id}`)
const isErased = (id: string) =>
  eventually(async () => {
    const [found, decided] = [
      await store.users.findOne({ _id: id }),
      await store.decisions.findOne({ _id: id }),
    ]
    expect(found).toHaveProperty('erasedAt')
    expect(decided).toHaveProperty('erasedAt')
    expect(JSON.stringify([found, decided])).not.toContain('carol')
    return { found, decided }
  })

describe('DELETE /users/{id}', () => {
  it.each(['approved', 'rejected'] as const)(
    'takes the data out of a user that is %s, and publishes that it is to be erased',
    async (approval) => {
      const { operationId, createdAt } = await user(approval)
      const { body } = await erase(operationId).expect(202)
      const { requestedAt } = body as { requestedAt: string }
      const days = (count: number) =>
        new Date(new Date(requestedAt).getTime() + count * DAY).toISOString()
      expect(body).toEqual({
        userId: operationId,
        requestedAt: expect.any(String),
        messagesKeptUntil: days(8),
        deadLettersKeptUntil: days(39),
      })
      const [message] = await eventually(() => {
        expect(messages.published('user-erase', operationId)).toHaveLength(1)
        return messages.published('user-erase', operationId)
      })
      expect(message!.value).toEqual({ operationId, userId: operationId, requestedAt })
      const { found, decided } = await isErased(operationId)
      expect(found).toMatchObject({ createdAt: new Date(createdAt) })
      expect(decided).toMatchObject({ approval })
    },
  )

  it('is not shown any more, and it is said why', async () => {
    const { operationId } = await user('approved')
    await erase(operationId).expect(202)
    await isErased(operationId)
    const { body } = await http.get(`/users/${operationId}`).expect(404)
    expect(body).toMatchObject({ detail: expect.stringContaining('was erased at 20') })
    const list = await http.get('/users?limit=200').expect(200)
    expect(JSON.stringify(list.body)).not.toContain(operationId)
  })

  it('may be repeated, and changes nothing then', async () => {
    const { operationId } = await user('approved')
    await erase(operationId).expect(202)
    const first = await isErased(operationId)
    await erase(operationId).expect(202)
    await eventually(() => expect(messages.published('user-erase', operationId)).toHaveLength(2))
    await messages.publish('user-create', [userRequest({ operationId })])
    await eventually(() => expect(answered(operationId)).toHaveLength(2))
    expect(await isErased(operationId)).toEqual(first)
  })

  it('waits for a user that is pending: 409, and until when', async () => {
    const { operationId, createdAt } = await user()
    const decidedBy = new Date(new Date(createdAt).getTime() + DAY).toISOString()
    const { body, headers } = await erase(operationId)
      .expect(409)
      .expect('content-type', 'application/problem+json')
    expect(body).toMatchObject({ detail: expect.stringContaining(decidedBy) })
    expect(headers['retry-after']).toBe('1')
    expect(messages.published('user-erase', operationId)).toEqual([])
  })

  it('answers 404 for a user that does not exist, and 400 for what is no UUID', async () => {
    await erase(newOperationId()).expect(404)
    await erase('alice').expect(400)
  })
})

describe('what comes again after a user was erased', () => {
  it('brings nothing back, makes no user, and is answered with what was decided', async () => {
    const message = await user('rejected')
    const { operationId } = message
    await erase(operationId).expect(202)
    await isErased(operationId)
    await messages.publish('user-create', [message])
    await eventually(() => expect(answered(operationId)).toHaveLength(2))
    await messages.publish('user-approve-response', [
      decision(operationId, { decision: 'approved', reason: 'carol again' }),
    ])
    const answers = await eventually(() => {
      expect(answered(operationId)).toHaveLength(3)
      return answered(operationId)
    })
    for (const { value } of answers) {
      expect(topics['user-create-response'].accepts(value)).toBe(true)
      expect(value).toEqual(answers[0]!.value)
    }
    expect(messages.published('user-approve', operationId)).toHaveLength(1)
    await isErased(operationId)
  })

  it('leaves a pending user as it is, should somebody ask for its erasure by hand', async () => {
    const { operationId } = await user()
    const requestedAt = new Date().toISOString()
    await messages.publish('user-erase', [{ operationId, userId: operationId, requestedAt }])
    const { operationId: other } = await user('approved')
    await erase(other).expect(202)
    await isErased(other)
    expect(await store.users.findOne({ _id: operationId })).toMatchObject({ name: 'carol' })
  })
})

describe('while the broker is away', () => {
  it('answers 503 soon, and nothing is erased', async () => {
    const { operationId } = await user('approved')
    await broker.stop()
    onTestFinished(() => broker.start())
    const since = performance.now()
    const { body, headers } = await erase(operationId).expect(503)
    expect(performance.now() - since).toBeLessThan(3_000)
    expect(body).toMatchObject({ type: 'urn:tideway:problem:broker-unavailable' })
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    expect(await store.users.findOne({ _id: operationId })).toMatchObject({ name: 'carol' })
  })
})
