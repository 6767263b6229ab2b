import { createConnection } from 'mongoose'
import { afterAll } from 'vitest'

import { parseSettings } from '#service-defaults'
import { type WalkState } from '#store'
import { startTestService, type TestService, type TestServiceOptions } from '#testing'

import { userServiceDocs } from '../src/user-service.docs.js'
import { UserServiceModule } from '../src/user-service.module.js'
import { userServiceSettings } from '../src/user-service.settings.js'
import { type DecisionRecord } from '../src/users/decision.schema.js'
import { type UserRecord } from '../src/users/user.schema.js'

/** Starts the service, or one more replica of it. @param env its environment, beside a few partitions and any port */
export function startUserService(
  env: Record<string, string>,
  options?: TestServiceOptions,
): Promise<TestService> {
  const settings = parseSettings(userServiceSettings, {
    PORT: '0',
    TOPIC_PARTITIONS: '3',
    USER_APPROVE_PARTITIONS: '3',
    ...env,
  })
  return startTestService(UserServiceModule.forRoot(settings), {
    docs: userServiceDocs,
    protection: settings,
    ...options,
  })
}

/** The service's database, seen from outside. To be called at the top of a file. */
export async function openStore(uri: string) {
  const connection = createConnection(uri, { dbName: 'user_service' })
  afterAll(() => connection.close())
  await connection.asPromise()
  return {
    users: connection.collection<UserRecord>('users'),
    decisions: connection.collection<DecisionRecord>('decisions'),
    walk: connection.collection<WalkState & { _id: string }>('walk'),
    retention: connection.collection<{ _id: string; keptFrom: string }>('retention'),
  }
}
