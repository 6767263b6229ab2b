import * as fc from 'fast-check'
import { type Connection } from 'mongoose'
import { expect, it } from 'vitest'

import { firstIdAt } from '#contracts'
import { type Retention, WALK_START } from '#store'
import { type DatabaseLine, MemoryDatabase, memoryModel } from '#testing'

import { type DecisionRecord } from './decision.schema.js'
import { PendingUsers } from './pending-users.service.js'
import { type UserRecord } from './user.schema.js'
import { UsersRepository } from './users.repository.js'

const SECOND = 1_000

function user(secondsAgo: number): UserRecord {
  const at = new Date(Date.now() - secondsAgo * SECOND)
  const times = { createdAt: at, publishedAt: at, requestedAt: at }
  return { _id: firstIdAt(at.getTime()), name: 'alice', ...times }
}

const connectionOf = (database: MemoryDatabase, line?: DatabaseLine) => {
  const connection: Connection = database.connection(line)
  const repository = new UsersRepository(
    memoryModel(connection, 'users'),
    memoryModel(connection, 'decisions'),
  )
  return { connection, repository }
}

/**
 * Two replicas walk while users are stored, some of them so late that the mark is past them, and calls of the database
 * happen in any order. @returns whether each user that somebody was told of was found at all times
 */
async function areFound(isNoticed: boolean): Promise<boolean> {
  const ages = fc.array(fc.integer({ min: 20, max: 600 }), { minLength: 1, maxLength: 4 })
  const result = await fc.check(
    fc.asyncProperty(fc.scheduler(), ages, fc.boolean(), async (scheduler, all, isDecided) => {
      const database = new MemoryDatabase()
      const settled = user(15)
      const { users, decisions } = connectionOf(database).repository
      await users.insert([settled])
      await decisions.insert([{ _id: settled._id, approval: 'approved', decidedAt: new Date() }])
      const { connection, repository } = connectionOf(database, async ({ effect }) => {
        await scheduler.schedule(Promise.resolve())
        return effect()
      })
      const told = new Set<string>()
      const check = () => {
        const [stored] = database.documents('walk')
        const { mark, late, stragglers } = { late: '~', ...WALK_START, ...stored } as Position
        const decided = new Set(database.documents('decisions').map(({ _id }) => _id))
        for (const id of told) {
          if (decided.has(id)) continue
          expect(id > mark || id > late || stragglers.includes(id)).toBe(true)
        }
      }
      const store = async (record: UserRecord, index: number) => {
        await repository.users.insert([record])
        if (isNoticed) await repository.position.notice([record._id])
        told.add(record._id)
        check()
        if (!isDecided || index > 0) return
        const decision = { _id: record._id, approval: 'approved' as const, decidedAt: new Date() }
        await repository.decisions.insert([decision])
      }
      const retention = {} as Retention<UserRecord, DecisionRecord>
      const walk = async () => {
        const replica = new PendingUsers(connection, repository, retention)
        for (let times = 0; times < 3; times += 1) {
          await replica.walk()
          check()
        }
      }
      await scheduler.waitFor(Promise.all([walk(), walk(), ...all.map(user).map(store)]))
      await scheduler.waitFor(walk())
    }),
    { numRuns: 300, seed: 1 },
  )
  return !result.failed
}

interface Position {
  mark: string
  late: string
  stragglers: string[]
}

it('finds every pending user that somebody was told of, whoever walks and however late it is stored', async () => {
  expect(await areFound(true)).toBe(true)
})

it('would not, were those that come late not noticed', async () => {
  expect(await areFound(false)).toBe(false)
})
