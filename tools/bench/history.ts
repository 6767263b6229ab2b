import { randomBytes } from 'node:crypto'
import mongoose from 'mongoose'

type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>

const BATCH = 5_000
const DAY = 24 * 3_600_000

/**
 * Stores operations that were completed in the days before yesterday, as the services would have stored them.
 *
 * @param from how many there are already
 * @param to how many there shall be
 */
export async function seedHistory(client: MongoClient, from: number, to: number): Promise<void> {
  const { firstIdAt } = await import('#contracts')
  for (let start = from; start < to; start += BATCH) {
    const operations = Array.from({ length: Math.min(BATCH, to - start) }, (_, index) => {
      const at = Date.now() - 30 * DAY + (start + index) * 20
      const createdAt = new Date(at)
      const _id = firstIdAt(at).slice(0, 24) + randomBytes(6).toString('hex')
      return {
        _id,
        name: `user ${start + index}`,
        email: `user${start + index}@example.org`,
        createdAt,
      }
    })
    const after = (createdAt: Date, milliseconds: number) =>
      new Date(createdAt.getTime() + milliseconds)
    const insert = async (database: string, collection: string, records: { _id: string }[]) => {
      await client
        .db(database)
        .collection<{ _id: string }>(collection)
        .insertMany(records, { ordered: false, writeConcern: { w: 1 } })
    }
    await Promise.all([
      insert(
        'operation_service',
        'operations',
        operations.map((operation) => ({ ...operation, acceptedBy: 'history' })),
      ),
      insert(
        'operation_service',
        'outcomes',
        operations.map(({ _id, createdAt }) => ({
          _id,
          state: 'completed',
          userId: _id,
          steps: {
            publishedAt: after(createdAt, 10).toISOString(),
            approvalAskedAt: after(createdAt, 20).toISOString(),
            decidedAt: after(createdAt, 230).toISOString(),
          },
          finishedAt: after(createdAt, 250),
        })),
      ),
      insert(
        'user_service',
        'users',
        operations.map(({ createdAt, ...user }) => ({
          ...user,
          createdAt,
          publishedAt: after(createdAt, 10),
          requestedAt: after(createdAt, 20),
        })),
      ),
      insert(
        'user_service',
        'decisions',
        operations.map(({ _id, createdAt }) => ({
          _id,
          approval: 'approved',
          decidedAt: after(createdAt, 230),
        })),
      ),
    ])
  }
}
