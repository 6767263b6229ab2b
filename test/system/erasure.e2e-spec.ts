import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { deadLetterTopic, type TopicName, topics } from '#contracts'

import { System, until } from './system.js'

const SAGA = (Object.keys(topics) as TopicName[]).filter((topic) => topic !== 'user-erase')

describe('Erasing a person', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({
      env: { APPROVAL_CONCURRENCY: '100' },
      replicas: { 'operation-service': 2, 'user-service': 2 },
    })
  })
  afterAll(() => system?.stop())

  const erase = (id: string) =>
    fetch(`${system.services['user-service'][0]!.url}/users/${id}`, { method: 'DELETE' })

  /** All that is stored of an operation and its user, in both databases. */
  async function stored(_id: string) {
    const all = await Promise.all([
      system.records('operation_service', 'operations').findOne({ _id }),
      system.records('operation_service', 'outcomes').findOne({ _id }),
      system.records('user_service', 'users').findOne({ _id }),
      system.records('user_service', 'decisions').findOne({ _id }),
    ])
    return all
  }

  const isErased = async (id: string) => {
    const [operation, , user] = await stored(id)
    return Boolean(operation!['erasedAt'] && user!['erasedAt'])
  }

  it('removes them from both databases, keeps the books, and no repeated message brings them back', async () => {
    const names = ['Persephone', 'reject Persephone']
    const erased = await Promise.all(names.map((name) => system.createUser(name)))
    const { id: other } = await system.createUser('bob')
    const ids = erased.map(({ id }) => id)
    await system.allEnded([...ids, other])

    for (const id of ids) expect((await erase(id)).status).toBe(202)
    await until(async () => (await Promise.all(ids.map(isErased))).every(Boolean))
    const before = await Promise.all(ids.map(stored))
    expect(JSON.stringify(before)).not.toContain('Persephone')

    for (const topic of SAGA) {
      for (const { key, value, headers } of await system.messages(topic)) {
        await system.publish(topic, { key, value, ...(headers && { headers }) })
      }
    }
    const admin = system.kafka.admin()
    await admin.connect()
    try {
      for (const group of ['operation-service', 'user-service', 'user-approval-service']) {
        await until(async () => (await lag(admin, group)) === 0)
      }
    } finally {
      await admin.disconnect()
    }

    expect(await Promise.all(ids.map(stored))).toEqual(before)
    expect((await stored(other))[2]).toMatchObject({ name: 'bob' })
    expect(await system.imbalances([...ids, other])).toEqual([])
    for (const topic of Object.keys(topics) as TopicName[]) {
      expect(await system.size(deadLetterTopic(topic))).toBe(0)
    }
  })
})

/** How many messages wait for a group. */
async function lag(admin: ReturnType<System['kafka']['admin']>, groupId: string): Promise<number> {
  let waiting = 0
  for (const { topic, partitions } of await admin.fetchOffsets({ groupId })) {
    const ends = new Map(
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, high]),
    )
    for (const { partition, offset } of partitions) {
      waiting += Math.max(0, Number(ends.get(partition)) - Math.max(0, Number(offset)))
    }
  }
  return waiting
}
