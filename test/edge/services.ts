import { expect } from 'vitest'

import { firstIdAt, newOperationId } from '#contracts'
import { eventually, startTestBroker, startTestDatabase } from '#testing'

import {
  openStore as openOperations,
  startOperationService,
} from '../../apps/operation-service/test/operation-service.js'
import {
  openStore as openUsers,
  startUserService,
} from '../../apps/user-service/test/user-service.js'

/** A service with an API, and what its store holds. */
export interface StartedService {
  name: string
  url: string
  port: number
  /** Ids that it knows, one in each state. */
  ids: string[]
  pendingId: string
  /** How many records requests have made, or were there before. */
  stored: () => Promise<number>
}

/** To be called at the top of a file. @param settings who may call them */
export async function startServices(
  settings: Record<string, string> = {},
): Promise<StartedService[]> {
  const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
  const [operations, users] = await Promise.all([
    openOperations(database.uri),
    openUsers(database.uri),
  ])
  const ids = [3, 2, 1].map((minutes) => idOf(Date.now() - minutes * 60_000))
  const [completed, failed, pendingId] = ids as [string, string, string]
  const at = new Date()
  await Promise.all([
    operations.operations.insertMany(
      ids.map((_id) => ({ _id, name: 'alice', createdAt: at, acceptedBy: 'nobody' })),
    ),
    operations.outcomes.insertMany([
      { _id: completed, state: 'completed', userId: completed, finishedAt: at },
      {
        _id: failed,
        state: 'failed',
        userId: failed,
        error: { code: 'approval-rejected', message: 'The user was rejected.' },
        finishedAt: at,
      },
    ] as never),
    users.users.insertMany(
      ids.map((_id) => ({ _id, name: 'alice', createdAt: at, publishedAt: at, requestedAt: at })),
    ),
    users.decisions.insertMany([
      { _id: completed, approval: 'approved', decidedAt: at },
      { _id: failed, approval: 'rejected', decidedAt: at },
    ]),
  ])
  const env = { ...settings, KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
  const [operationService, userService] = await Promise.all([
    startOperationService(env, { joined: false }),
    startUserService(env, { joined: false }),
  ])
  await Promise.all([operationService, userService].map(({ url }) => ready(url)))
  return [
    {
      name: 'operation-service',
      ...addressOf(operationService.url),
      ids,
      pendingId,
      stored: () => operations.operations.countDocuments(),
    },
    {
      name: 'user-service',
      ...addressOf(userService.url),
      ids,
      pendingId,
      stored: () => users.users.countDocuments(),
    },
  ]
}

/** Until then it may tell clients to come back later. */
function ready(url: string): Promise<void> {
  return eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), {
    within: 30_000,
  })
}

function addressOf(url: string): { url: string; port: number } {
  return { url, port: Number(new URL(url).port) }
}

function idOf(time: number): string {
  return firstIdAt(time).slice(0, 15) + newOperationId().slice(15)
}
