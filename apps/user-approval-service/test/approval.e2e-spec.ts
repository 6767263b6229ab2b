import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { messageId, type MessageOf, newOperationId, topics } from '#contracts'
import { parseSettings } from '#service-defaults'
import { eventually, openTestTopics, startTestBroker, startTestService } from '#testing'

import { UserApprovalServiceModule } from '../src/user-approval-service.module.js'
import { userApprovalServiceSettings } from '../src/user-approval-service.settings.js'

const WORK_MS = 50
/** What a timer may be early, and a clock's milliseconds round off. */
const INEXACT = 5

const broker = await startTestBroker()
const settings = parseSettings(userApprovalServiceSettings, {
  PORT: '0',
  KAFKA_BROKERS: broker.address,
  TOPIC_PARTITIONS: '3',
  USER_APPROVE_PARTITIONS: '6',
  APPROVAL_WORK_MS: String(WORK_MS),
})
const service = await startTestService(UserApprovalServiceModule.forRoot(settings))
const messages = await openTestTopics(broker.address)

function user(name: string): MessageOf<'user-approve'> {
  const operationId = newOperationId()
  return { operationId, userId: operationId, name }
}

async function decided(users: MessageOf<'user-approve'>[]) {
  await messages.publish('user-approve', users)
  return eventually(() =>
    users.map(({ operationId }) => {
      const [message] = messages.published('user-approve-response', operationId)
      expect(message).toBeDefined()
      return message!
    }),
  )
}

describe('user-approval-service', () => {
  it('answers with a message of its topic', async () => {
    const [message] = await decided([user('alice')])
    const id = message!.value.operationId
    expect(message).toMatchObject({
      key: id,
      headers: { 'message-id': messageId(id, 'user-approve-response'), 'schema-version': '1' },
      value: { operationId: id, userId: id, decision: 'approved' },
    })
    expect(topics['user-approve-response'].accepts(message!.value)).toBe(true)
  })

  it('rejects names that begin with reject, whatever their case, and gives a reason', async () => {
    const answers = await decided(['alice', 'reject me', 'REJECT', 'not reject'].map(user))
    expect(answers.map(({ value }) => value.decision)).toEqual([
      'approved',
      'rejected',
      'rejected',
      'approved',
    ])
    expect(answers.map(({ value }) => 'reason' in value)).toEqual([false, true, true, false])
  })

  it('takes one user at a time, however many partitions they come from', async () => {
    const users = Array.from({ length: 40 }, (_, index) => user(`user ${index}`))
    const answers = await decided(users)
    const askedIn = users.map(
      ({ operationId }) => messages.published('user-approve', operationId)[0]!.partition,
    )
    expect(new Set(askedIn).size).toBeGreaterThan(1)
    const times = answers
      .map(({ value }) => Date.parse(value.decidedAt))
      .toSorted((one, other) => one - other)
    const waits = times.slice(1).map((time, index) => time - times[index]!)
    for (const wait of waits) expect(wait).toBeGreaterThanOrEqual(WORK_MS - INEXACT)
  })

  it('takes a message again when it comes again', async () => {
    const again = user('alice')
    await decided([again])
    await messages.publish('user-approve', [again])
    await eventually(() => {
      expect(messages.published('user-approve-response', again.operationId)).toHaveLength(2)
    })
  })

  it('is ready once it is in its group', async () => {
    const { body } = await request(service.url).get('/readyz').expect(200)
    expect(body).toMatchObject({ dependencies: { kafka: { status: 'up' } } })
  })
})
