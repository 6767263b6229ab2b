import { expect, it } from 'vitest'

import { type Decision, firstIdAt, newOperationId } from '#contracts'
import { eventually, startTestBroker, startTestDatabase } from '#testing'

import { openStore, startUserService } from './user-service.js'

const DAY = 24 * 60 * 60_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri, RETENTION_DAYS: '40' }
const store = await openStore(database.uri)

/** A user of some days ago, decided then. @returns its id */
async function stored(daysAgo: number, approval: Decision): Promise<string> {
  const at = new Date(Date.now() - daysAgo * DAY)
  const _id = firstIdAt(at.getTime()).slice(0, 15) + newOperationId().slice(15)
  const times = { createdAt: at, publishedAt: at, requestedAt: at }
  await store.users.insertOne({ _id, name: 'alice', ...times })
  await store.decisions.insertOne({ _id, approval, decidedAt: at })
  return _id
}

it(
  'removes users that never came to be, long ago, and none that was approved',
  { timeout: 90_000 },
  async () => {
    const old = [await stored(50, 'rejected'), await stored(41, 'expired')]
    const kept = [await stored(50, 'approved'), await stored(39, 'rejected')]
    await startUserService(env)
    await eventually(
      async () => {
        expect(await store.users.distinct('_id')).toEqual(kept)
        expect(await store.decisions.distinct('_id')).toEqual(kept)
      },
      { within: 60_000 },
    )
    const { keptFrom } = (await store.retention.findOne({}))!
    expect(old.every((id) => id < keptFrom) && kept[1]! > keptFrom).toBe(true)
  },
)
