import { Failure } from '../console/failure.mjs'
import { uriOf, withoutPassword } from './connection-string.ts'
import { findMongod } from './mongod-binary.ts'
import { mongodInDocker, mongoImage } from './mongod-in-docker.ts'
import { nativeMongod } from './mongod-native.ts'
import type { ServerOptions } from './options.ts'
import { startOwnServer } from './own-server.ts'
import { databaseAnswers } from './replica-set.ts'
import { ForeignServer, type Server } from './server.ts'

export interface Database extends Server {
  readonly uri: string
}

/**
 * A MongoDB that takes writes: the environment's (MONGODB_URI), else a one-node replica set, in Docker or
 * from a mongod of this machine or one that is fetched.
 *
 * @throws Failure when none can be had, with what to install
 */
export async function startDatabase(options: ServerOptions): Promise<Database> {
  const uri = (options.environment ?? process.env)['MONGODB_URI']
  if (uri && !options.own) return foreignDatabase(uri)
  const { server, port } = await startOwnServer(mongodb, options)
  return Object.assign(server, { uri: uriOf(port) })
}

const mongodb = {
  name: 'database',
  image: mongoImage,
  inDocker: mongodInDocker,
  findNatively: findMongod,
  natively: nativeMongod,
  remedy: 'start Docker, or install MongoDB (mongod on the PATH), or set MONGODB_URI',
} as const

async function foreignDatabase(uri: string): Promise<Database> {
  if (!(await databaseAnswers(uri, 5_000))) {
    throw new Failure(
      `No database answers at ${withoutPassword(uri)}, which MONGODB_URI names: start it, or unset MONGODB_URI to have one started.`,
    )
  }
  return Object.assign(new ForeignServer('database'), { uri })
}
