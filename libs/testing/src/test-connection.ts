import { randomUUID } from 'node:crypto'

import { type Connection, createConnection } from 'mongoose'
import { afterAll } from 'vitest'

import { startTestDatabase } from './test-servers.js'

/**
 * A connection to an empty database of its own, on the server of this run of `npm test` or, without one, on a new one.
 * To be called at the top of the file; the database goes when the file's tests have run.
 */
export async function connectTestDatabase(): Promise<Connection> {
  const uri = process.env['MONGODB_URI'] ?? (await startTestDatabase()).uri
  const connection = createConnection(uri, {
    dbName: `test_${randomUUID()}`,
    bufferCommands: false,
    autoCreate: false,
    autoIndex: false,
  })
  afterAll(async () => {
    await connection.dropDatabase()
    await connection.close()
  })
  return connection.asPromise()
}
