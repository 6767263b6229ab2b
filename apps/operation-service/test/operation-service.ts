import { type Connection, createConnection } from 'mongoose'
import { afterAll } from 'vitest'

import { parseSettings } from '#service-defaults'
import { type WalkState } from '#store'
import { startTestService, type TestService, type TestServiceOptions } from '#testing'

import { type IdempotencyKeyRecord } from '../src/idempotency/idempotency-key.schema.js'
import { operationServiceDocs } from '../src/operation-service.docs.js'
import { OperationServiceModule } from '../src/operation-service.module.js'
import { operationServiceSettings } from '../src/operation-service.settings.js'
import { type OperationRecord } from '../src/operations/operation.schema.js'
import { type OutcomeRecord } from '../src/operations/outcome.schema.js'
import { type PublicationMark } from '../src/publication/publication-marks.service.js'

/** Starts the service, or one more replica of it. @param env its environment, beside a few partitions and any port */
export function startOperationService(
  env: Record<string, string>,
  options?: TestServiceOptions,
): Promise<TestService> {
  const settings = parseSettings(operationServiceSettings, {
    PORT: '0',
    TOPIC_PARTITIONS: '3',
    USER_APPROVE_PARTITIONS: '3',
    ...env,
  })
  return startTestService(OperationServiceModule.forRoot(settings), {
    docs: operationServiceDocs,
    protection: settings,
    ...options,
  })
}

/** The service's database, seen from outside. To be called at the top of a file. */
export async function openStore(uri: string) {
  const connection: Connection = createConnection(uri, { dbName: 'operation_service' })
  afterAll(() => connection.close())
  await connection.asPromise()
  return {
    operations: connection.collection<OperationRecord>('operations'),
    outcomes: connection.collection<OutcomeRecord>('outcomes'),
    keys: connection.collection<IdempotencyKeyRecord>('idempotency_keys'),
    marks: connection.collection<PublicationMark>('publication_marks'),
    retention: connection.collection<{ _id: string; keptFrom: string }>('retention'),
    walk: connection.collection<WalkState & { _id: string }>('walk'),
  }
}

/** What `POST /users` answers, as far as tests look at it. */
export interface Operation {
  id: string
  state: string
  createdAt: string
}
