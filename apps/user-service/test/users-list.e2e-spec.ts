import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { type Decision, firstIdAt, newOperationId } from '#contracts'
import {
  decision,
  eventually,
  openTestTopics,
  startTestBroker,
  startTestDatabase,
  userRequest,
} from '#testing'

import { openStore, startUserService } from './user-service.js'

const MINUTE = 60_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const store = await openStore(database.uri)

/** Users of some minutes ago, the oldest first, decided so or not at all. @returns their ids */
async function stored(approvals: (Decision | 'pending')[], minutesAgo: number): Promise<string[]> {
  const at = new Date()
  const ids = approvals.map((_, index) => {
    const time = Date.now() - minutesAgo * MINUTE + index * 1_000
    return firstIdAt(time).slice(0, 15) + newOperationId().slice(15)
  })
  await store.users.insertMany(
    ids.map((_id) => ({ _id, name: 'alice', createdAt: at, publishedAt: at, requestedAt: at })),
  )
  const decided = ids.flatMap((_id, index) => {
    const approval = approvals[index]!
    return approval === 'pending' ? [] : [{ _id, approval, decidedAt: at }]
  })
  await store.decisions.insertMany(decided)
  return ids
}

const approvals = ['pending', 'approved', 'rejected', 'expired', 'approved', 'pending'] as const
const many = await stored(Array<Decision>(5_000).fill('approved'), 180)
const ids = await stored([...approvals], 30)
const newestFirst = [...many, ...ids].toReversed()
const [service] = await Promise.all([startUserService(env), startUserService(env)])
const messages = await openTestTopics(broker.address)

interface Page {
  items: { id: string; approval: string }[]
  nextCursor?: string
}
const ask = (query: string) => request(service.url).get(`/users${query}`).expect(200)
const page = async (query: string) => (await ask(query)).body as Page
const idsOf = ({ items }: Page) => items.map(({ id }) => id)

/** All pages, from one to the next by its cursor. */
async function paged(query: string, between: () => Promise<unknown> = async () => undefined) {
  const all: string[] = []
  for (let cursor = ''; ;) {
    const part = await page(`?${query}${cursor}`)
    all.push(...idsOf(part))
    if (part.nextCursor === undefined) return all
    cursor = `&cursor=${part.nextCursor}`
    await between()
  }
}

describe('GET /users', () => {
  it('lists them, the newest first', async () => {
    expect(idsOf(await page(''))).toEqual(newestFirst.slice(0, 50))
    expect(idsOf(await page('?limit=200'))).toEqual(newestFirst.slice(0, 200))
    expect(idsOf(await page('?limit=1'))).toEqual(newestFirst.slice(0, 1))
  })

  it.each([
    ['rejected', [2]],
    ['expired', [3]],
    ['pending', [5, 0]],
  ])('lists those that are %s', async (approval, places) => {
    const { items, nextCursor } = await page(`?approval=${approval}`)
    expect(items.map(({ id }) => id)).toEqual(places.map((place) => ids[place]))
    expect(items.every((item) => item.approval === approval)).toBe(true)
    expect(nextCursor).toBeUndefined()
  })

  it('lists those that are approved', async () => {
    expect(idsOf(await page('?approval=approved&limit=3'))).toEqual([ids[4], ids[1], many.at(-1)])
  })

  it.each(['limit=2&approval=pending', 'limit=1&approval=pending', 'limit=200'])(
    'gives the same in pages, to the last one, while new ones come (%s)',
    async (query) => {
      const before = await paged(query.replace(/limit=\d+/, 'limit=200'))
      const come: string[] = []
      const during = await paged(query, async () => {
        if (come.length > 3) return
        const message = userRequest()
        await messages.publish('user-create', [message])
        await eventually(async () => {
          expect(await store.users.findOne({ _id: message.operationId })).not.toBeNull()
        })
        come.push(message.operationId)
      })
      expect(during).toEqual(before)
      await messages.publish(
        'user-approve-response',
        come.map((id) => decision(id)),
      )
      await eventually(async () => {
        expect(await store.decisions.countDocuments({ _id: { $in: come } })).toBe(come.length)
      })
    },
  )

  it('names the next page in Link, as in nextCursor, and none on the last page', async () => {
    const { headers, body } = await ask('?approval=approved&limit=2')
    const { nextCursor } = body as Page
    expect(headers['link']).toBe(
      `</users?approval=approved&limit=2&cursor=${nextCursor}>; rel="next"`,
    )
    expect((await ask('?approval=rejected')).headers).not.toHaveProperty('link')
  })

  it('leaves erased users out, and goes on behind them', async () => {
    const [erased] = await stored(['rejected'], 20)
    const [shown] = await stored(['rejected'], 19)
    await store.users.updateOne(
      { _id: erased! },
      { $unset: { name: '' }, $set: { erasedAt: new Date() } },
    )
    expect(await paged('approval=rejected&limit=1')).toEqual([shown, ids[2]])
  })

  it.each([
    ['approval=done', '/approval'],
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=', '/limit'],
    ['cursor=x', '/cursor'],
    ['order=asc', '/order'],
  ])('refuses ?%s', async (query, pointer) => {
    const { body } = await request(service.url).get(`/users?${query}`).expect(400)
    const { errors } = body as { errors: { pointer: string }[] }
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]))
  })
})

describe('pending users', () => {
  /** Where the walk is. */
  const position = async () =>
    (await store.walk.findOne({ _id: 'open' })) ?? { mark: '', stragglers: [] }

  it('are kept apart or lie above the mark, which passes all others', async () => {
    await eventually(async () => {
      const { mark, stragglers } = await position()
      expect(mark >= ids.at(-1)!).toBe(true)
      expect(stragglers).toEqual([ids[0], ids[5]])
    })
  })

  it('that come late, below the mark, are found, and the mark goes on again', async () => {
    const time = Date.now() - 90 * MINUTE
    const operationId = firstIdAt(time).slice(0, 15) + newOperationId().slice(15)
    const createdAt = new Date(time).toISOString()
    await messages.publish('user-create', [userRequest({ operationId, createdAt })])
    await eventually(() => expect(messages.published('user-approve', operationId)).toHaveLength(1))
    // Whoever is told of it finds it: at once, and after walks.
    expect(idsOf(await page('?approval=pending'))).toContain(operationId)
    await eventually(async () => {
      const { mark, stragglers } = await position()
      expect(mark >= ids.at(-1)!).toBe(true)
      expect(stragglers).toContain(operationId)
    })
    expect(idsOf(await page('?approval=pending'))).toContain(operationId)
    await messages.publish('user-approve-response', [decision(operationId)])
    await eventually(async () => {
      expect(idsOf(await page('?approval=pending'))).not.toContain(operationId)
    })
  })
})

describe('the few that are rejected or expired', () => {
  it.each(['rejected', 'expired'])('are found by an index (%s)', async (approval) => {
    await eventually(async () => {
      const plan = await store.decisions
        .find({ approval, _id: { $gt: firstIdAt(0), $lt: firstIdAt(Date.now()) } } as never)
        .sort({ _id: -1 })
        .limit(51)
        .explain('executionStats')
      expect(JSON.stringify(plan['queryPlanner'])).toContain('"indexName":"approval_1__id_1"')
      const { totalKeysExamined } = plan['executionStats'] as { totalKeysExamined: number }
      expect(totalKeysExamined).toBeLessThan(10)
    })
  })

  it('alone are in it: approved users cost nothing', async () => {
    const { partialFilterExpression } = (await store.decisions.indexes()).find(
      ({ name }) => name === 'approval_1__id_1',
    )!
    expect(partialFilterExpression).toEqual({ approval: { $in: ['rejected', 'expired'] } })
  })
})
