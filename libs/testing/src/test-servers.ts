import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll } from 'vitest'

import { type Broker, startBroker } from '../../../tools/infrastructure/broker.ts'
import { eraseData } from '../../../tools/infrastructure/data.ts'
import { type Database, startDatabase } from '../../../tools/infrastructure/database.ts'
import { type ServerOptions } from '../../../tools/infrastructure/options.ts'

export type { Broker, Database }

/**
 * A broker for the tests of one file, which may stop it: topics and groups have fixed names, so files do not share one.
 * To be called at the top of the file; it goes, with its data, when the file's tests have run.
 */
export function startTestBroker(options: Pick<ServerOptions, 'port'> = {}): Promise<Broker> {
  return startOwn(startBroker, options)
}

/** The same for a database: a one-node replica set, for the services' databases have fixed names. */
export function startTestDatabase(options: Pick<ServerOptions, 'port'> = {}): Promise<Database> {
  return startOwn(startDatabase, options)
}

async function startOwn<Server extends Broker | Database>(
  start: (options: ServerOptions) => Promise<Server>,
  options: Pick<ServerOptions, 'port'>,
): Promise<Server> {
  const parent = process.env['TIDEWAY_TEST_DIRECTORY'] ?? tmpdir()
  const directory = mkdtempSync(join(parent, 'tideway-'))
  let server: Server | undefined
  afterAll(async () => {
    await server?.kill()
    await eraseData(directory)
    rmSync(directory, { recursive: true, force: true })
  })
  server = await start({ ...options, directory, footprint: 'small', own: true })
  return server
}
