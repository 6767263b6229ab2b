import request from 'supertest'
import { describe, expect, it, onTestFinished } from 'vitest'

import { type MessageOf, messageId, newOperationId, OUTCOME_OF, topics } from '#contracts'
import {
  decision,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
  userRequest,
} from '#testing'

import { openStore, startUserService } from './user-service.js'

const HOUR = 60 * 60 * 1_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = {
  KAFKA_BROKERS: broker.address,
  MONGODB_URI: database.uri,
  SAGA_DEADLINE_MS: String(HOUR),
}
const service = await startUserService(env)
const [store, messages] = await Promise.all([
  openStore(database.uri),
  openTestTopics(broker.address),
])
const http = request(service.url)

const asked = (id: string) => messages.published('user-approve', id)
const answered = (id: string) => messages.published('user-create-response', id)
const overdue = (fields?: Partial<MessageOf<'user-create'>>) =>
  userRequest({ createdAt: new Date(Date.now() - 2 * HOUR).toISOString(), ...fields })

/** Asks for a user, and waits until its approval is asked for. */
async function requested(message = userRequest()): Promise<MessageOf<'user-create'>> {
  await messages.publish('user-create', [message])
  await eventually(() => expect(asked(message.operationId)).toHaveLength(1))
  return message
}

async function settled(message: MessageOf<'user-approve-response'>, answers = 1) {
  await messages.publish('user-approve-response', [message])
  return eventually(() => {
    expect(answered(message.operationId)).toHaveLength(answers)
    return answered(message.operationId)
  })
}

/** How often the saga took a step; 0 if never. */
async function steps(state: string, event: string, result: string): Promise<number> {
  const { text } = await http.get('/metrics').expect(200)
  const name = `tideway_saga_steps_total{state="${state}",event="${event}",result="${result}"} `
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length) ?? 0,
  )
}

describe('a request', () => {
  it('stores the user and publishes user-approve', async () => {
    const request_ = userRequest({ name: 'bob', email: 'bob@example.org' })
    const { operationId, createdAt } = await requested(request_)
    const [message] = asked(operationId)
    expect(message).toMatchObject({
      key: operationId,
      headers: { 'message-id': messageId(operationId, 'user-approve'), 'schema-version': '1' },
      value: { operationId, userId: operationId, name: 'bob', email: 'bob@example.org' },
    })
    expect(topics['user-approve'].accepts(message!.value)).toBe(true)
    expect(await store.users.findOne({ _id: operationId })).toEqual({
      _id: operationId,
      name: 'bob',
      email: 'bob@example.org',
      createdAt: new Date(createdAt),
      publishedAt: expect.any(Date),
      requestedAt: expect.any(Date),
    })
  })

  it('that comes again while the user is pending asks again', async () => {
    const message = await requested()
    await messages.publish('user-create', [message])
    await eventually(() => expect(asked(message.operationId)).toHaveLength(2))
    expect(await store.users.countDocuments({ _id: message.operationId })).toBe(1)
    expect(answered(message.operationId)).toEqual([])
  })

  it('that comes again once the user is decided answers again', async () => {
    const message = await requested()
    const { operationId } = message
    await settled(decision(operationId, { decision: 'rejected' }))
    await messages.publish('user-create', [message])
    const [first, second] = await eventually(() => {
      expect(answered(operationId)).toHaveLength(2)
      return answered(operationId)
    })
    expect(second!.value).toEqual(first!.value)
    expect(asked(operationId)).toHaveLength(1)
  })

  it('that is overdue expires the user, known or not, and fails its operation', async () => {
    const [pending, unknown] = [await requested(), overdue()]
    await messages.publish('user-create', [
      unknown,
      overdue({ operationId: pending.operationId, name: pending.name }),
    ])
    for (const { operationId } of [pending, unknown]) {
      const [message] = await eventually(() => {
        expect(answered(operationId)).toHaveLength(1)
        return answered(operationId)
      })
      expect(message!.value).toMatchObject({
        outcome: 'failed',
        error: { code: 'approval-deadline' },
      })
      expect(await store.decisions.findOne({ _id: operationId })).toMatchObject({
        approval: 'expired',
      })
    }
    expect(asked(unknown.operationId)).toEqual([])
  })
})

describe('a decision', () => {
  it.each([
    { decided: 'approved', outcome: { outcome: 'completed' } },
    { decided: 'rejected', outcome: { outcome: 'failed', error: { code: 'approval-rejected' } } },
  ] as const)('$decided is stored and answered', async ({ decided, outcome }) => {
    const { operationId } = await requested()
    const [message] = await settled(decision(operationId, { decision: decided }))
    expect(message).toMatchObject({
      key: operationId,
      headers: { 'message-id': messageId(operationId, 'user-create-response') },
      value: { operationId, userId: operationId, ...outcome },
    })
    expect(topics['user-create-response'].accepts(message!.value)).toBe(true)
    expect(Object.keys(message!.value.steps)).toEqual([
      'publishedAt',
      'approvalAskedAt',
      'decidedAt',
    ])
    const { body } = await http.get(`/users/${operationId}`).expect(200)
    expect(body).toMatchObject({ approval: decided })
  })

  it('that comes twice is stored once and answered twice, alike', async () => {
    const { operationId } = await requested()
    const message = decision(operationId)
    await settled(message)
    const [first, second] = await settled(message, 2)
    expect(second!.value).toEqual(first!.value)
    expect(await store.decisions.countDocuments({ _id: operationId })).toBe(1)
  })

  it('that contradicts what is stored changes nothing, and is answered with what is stored', async () => {
    const before = await steps('rejected', 'approved', 'late')
    const { operationId } = await requested()
    await settled(decision(operationId, { decision: 'rejected' }))
    const stored = await store.decisions.findOne({ _id: operationId })
    const [first, second] = await settled(decision(operationId), 2)
    expect(second!.value).toEqual(first!.value)
    expect(await store.decisions.findOne({ _id: operationId })).toEqual(stored)
    await eventually(async () => {
      expect(await steps('rejected', 'approved', 'late')).toBe(before + 1)
    })
  })

  it('on a user that nobody asked for is ignored, and counted', async () => {
    const before = await steps('absent', 'approved', 'unknown')
    const id = newOperationId()
    await messages.publish('user-approve-response', [decision(id)])
    await eventually(async () => {
      expect(await steps('absent', 'approved', 'unknown')).toBe(before + 1)
    })
    expect(await store.decisions.findOne({ _id: id })).toBeNull()
    expect(answered(id)).toEqual([])
    await http.get(`/users/${id}`).expect(404)
  })
})

describe('several events of one user in one batch', () => {
  it('are one user, asked for each time', async () => {
    const [message, other] = [userRequest(), userRequest()]
    await messages.publish('user-create', [message, message, other, message])
    await eventually(() => {
      expect(asked(message.operationId)).toHaveLength(3)
      expect(asked(other.operationId)).toHaveLength(1)
    })
    expect(await store.users.countDocuments({ _id: message.operationId })).toBe(1)
  })

  it('are one decision, the first, answered each time', async () => {
    const { operationId } = await requested()
    await messages.publish('user-approve-response', [
      decision(operationId, { decision: 'rejected', reason: 'first' }),
      decision(operationId, { decision: 'approved' }),
      decision(operationId, { decision: 'rejected', reason: 'again' }),
    ])
    await eventually(() => expect(answered(operationId)).toHaveLength(3))
    const outcomes = answered(operationId).map(({ value }) => value.outcome)
    expect(outcomes).toEqual(['failed', 'failed', 'failed'])
    expect(await store.decisions.findOne({ _id: operationId })).toMatchObject({ reason: 'first' })
  })
})

describe('decisions and expiries that race, with two replicas', () => {
  it('make one decision for each user, and what is published agrees with it', async () => {
    await startUserService(env, { atEnd: onTestFinished })
    const requests = Array.from({ length: 300 }, () => userRequest())
    await messages.publish('user-create', requests)
    const all = requests.map(({ operationId }) => operationId)
    await eventually(() => expect(all.filter((id) => asked(id).length === 0)).toEqual([]))
    const decisions = all.map((id, index) =>
      decision(id, { decision: index % 2 ? 'approved' : 'rejected' }),
    )
    const expiries = all.toReversed().map((operationId) => overdue({ operationId }))
    await Promise.all([
      messages.publish('user-approve-response', decisions),
      messages.publish('user-create', expiries),
    ])
    await eventually(() => expect(all.filter((id) => answered(id).length < 2)).toEqual([]))
    const stored = await store.decisions.find({ _id: { $in: all } }).toArray()
    expect(stored).toHaveLength(all.length)
    for (const { _id, approval } of stored) {
      const outcomes = new Set(answered(_id).map(({ value }) => value.outcome))
      expect(outcomes).toEqual(new Set([OUTCOME_OF[approval].outcome]))
    }
  })
})

describe('GET /users/{id}', () => {
  it('shows a user that waits for its approval', async () => {
    const { operationId, name, createdAt } = await requested()
    const { body } = await http.get(`/users/${operationId}`).expect(200)
    expect(body).toEqual({ id: operationId, operationId, name, approval: 'pending', createdAt })
  })

  it('shows a decided user, and when it was decided', async () => {
    const { operationId, name, createdAt } = await requested()
    const decidedAt = '2025-11-20T05:07:37.815Z'
    await settled(decision(operationId, { decidedAt }))
    const { body } = await http.get(`/users/${operationId}`).expect(200)
    expect(body).toEqual({
      id: operationId,
      operationId,
      name,
      approval: 'approved',
      createdAt,
      decidedAt,
    })
  })

  it('answers 404 for a user that does not exist, and 400 for what is no UUID', async () => {
    await http
      .get(`/users/${newOperationId()}`)
      .expect(404)
      .expect('content-type', 'application/problem+json')
    const { body } = await http.get('/users/alice').expect(400)
    expect(body).toMatchObject({ errors: [{ pointer: '/id' }] })
  })

  it('is documented', async () => {
    const { body } = await http.get('/docs/openapi.json').expect(200)
    expect(Object.keys((body as { paths: object }).paths)).toEqual(['/users', '/users/{id}'])
  })
})
