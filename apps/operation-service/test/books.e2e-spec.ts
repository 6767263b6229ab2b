import request from 'supertest'
import { describe, expect, it } from 'vitest'

import { firstIdAt, newOperationId } from '#contracts'
import { eventually, startTestBroker, startTestDatabase } from '#testing'

import { openStore, startOperationService } from './operation-service.js'

const MINUTE = 60_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const store = await openStore(database.uri)

/** Operations of some minutes ago, one for each end; oldest first. @returns their ids */
async function stored(ends: ('completed' | 'failed' | 'pending')[]): Promise<string[]> {
  const ids = ends.map((_, index) => {
    const time = Date.now() - (ends.length - index) * MINUTE
    return firstIdAt(time).slice(0, 15) + newOperationId().slice(15)
  })
  await store.operations.insertMany(
    ids.map((_id) => ({ _id, name: 'alice', createdAt: new Date(), acceptedBy: 'nobody' })),
  )
  const ended = ids.flatMap((_id, index) => {
    const state = ends[index]!
    return state === 'pending' ? [] : [{ _id, state, userId: _id, finishedAt: new Date() }]
  })
  await store.outcomes.insertMany(ended as never)
  return ids
}

const ids = await stored(['pending', 'completed', 'failed', 'completed', 'pending', 'completed'])
const newestFirst = ids.toReversed()
const services = await Promise.all([startOperationService(env), startOperationService(env)])
const urls = services.map(({ url }) => url)
const [url] = urls as [string]

const page = async (query: string) => {
  const { body } = await request(url).get(`/operations${query}`).expect(200)
  return body as { items: { id: string; state: string }[]; nextCursor?: string }
}
const idsOf = ({ items }: { items: { id: string }[] }) => items.map(({ id }) => id)

describe('GET /operations/summary', () => {
  it('counts everything, whichever replica is asked, before and after the mark has moved on', async () => {
    const books = { accepted: 6, completed: 3, failed: 1, pending: 2, unpublished: 0 }
    await eventually(async () => {
      const position = await store.walk.findOne({ _id: 'open' })
      expect(position?.stragglers).toHaveLength(2)
    })
    for (const each of urls) {
      const { body } = await request(each).get('/operations/summary').expect(200)
      expect(body).toEqual({ ...books, oldestPending: expect.any(String) })
    }
  })

  it('counts one that is accepted, and one that was kept apart and ends', async () => {
    await request(url).post('/users').send({ name: 'bob' }).expect(202)
    const [stuck] = ids
    await store.outcomes.insertOne({
      _id: stuck!,
      state: 'failed',
      userId: stuck!,
      finishedAt: new Date(),
    } as never)
    await eventually(async () => {
      const { body } = await request(url).get('/operations/summary').expect(200)
      expect(body).toMatchObject({ accepted: 7, completed: 3, failed: 2, pending: 2 })
    })
    await store.outcomes.deleteOne({ _id: stuck! })
    await store.operations.deleteOne({ name: 'bob' })
  })
})

describe('the few that failed', () => {
  it('are found by an index, which holds no others', async () => {
    await eventually(async () => {
      const plan = await store.outcomes
        .find({ state: 'failed', _id: { $gt: firstIdAt(0), $lt: firstIdAt(Date.now()) } })
        .sort({ _id: -1 })
        .limit(51)
        .explain('executionStats')
      expect(JSON.stringify(plan['queryPlanner'])).toContain('"indexName":"state_1__id_1"')
    })
    expect(await store.outcomes.indexes()).toContainEqual(
      expect.objectContaining({ partialFilterExpression: { state: 'failed' } }),
    )
  })
})

describe('GET /operations', () => {
  it('names the next page in Link, as in nextCursor, and none on the last page', async () => {
    const { headers, body } = await request(url).get('/operations?state=completed&limit=2')
    const { nextCursor } = body as { nextCursor: string }
    expect(headers['link']).toBe(
      `</operations?state=completed&limit=2&cursor=${nextCursor}>; rel="next"`,
    )
    const last = await request(url).get('/operations?state=failed').expect(200)
    expect(last.headers).not.toHaveProperty('link')
  })

  it('lists them, the newest first', async () => {
    expect(idsOf(await page(''))).toEqual(newestFirst)
  })

  it.each([
    ['completed', [5, 3, 1]],
    ['failed', [2]],
    ['pending', [4, 0]],
  ])('lists those that are %s', async (state, places) => {
    const { items } = await page(`?state=${state}`)
    expect(items.map(({ id }) => id)).toEqual(places.map((place) => ids[place]))
    expect(items.every((item) => item.state === state)).toBe(true)
  })

  it.each(['', '&state=completed', '&state=pending'])(
    'gives the same in pages, to the last one (limit=2%s)',
    async (filter) => {
      const whole = idsOf(await page(`?limit=200${filter}`))
      const paged: string[] = []
      for (let cursor = ''; ;) {
        const part = await page(`?limit=2${filter}${cursor}`)
        expect(part.items.length).toBeLessThanOrEqual(2)
        paged.push(...idsOf(part))
        if (part.nextCursor === undefined) break
        cursor = `&cursor=${part.nextCursor}`
      }
      expect(paged).toEqual(whole)
    },
  )

  it.each([
    ['state=done', '/state'],
    ['limit=0', '/limit'],
    ['limit=201', '/limit'],
    ['limit=1.5', '/limit'],
    ['limit=', '/limit'],
    ['cursor=x', '/cursor'],
    ['order=asc', '/order'],
  ])('refuses ?%s', async (query, pointer) => {
    const { body } = await request(url).get(`/operations?${query}`).expect(400)
    const { errors } = body as { errors: { pointer: string }[] }
    expect(new Set(errors.map((error) => error.pointer))).toEqual(new Set([pointer]))
  })
})
