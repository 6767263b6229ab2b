import { type DynamicModule, Inject, Logger, Module } from '@nestjs/common'
import { InjectConnection, MongooseModule } from '@nestjs/mongoose'
import { type Connection, type ConnectOptions } from 'mongoose'

import { Health } from '#service-defaults'

const logger = new Logger('Database')

/** A write counts once a majority has it in its journal. */
export const DURABLE = { w: 'majority', journal: true } as const

/** Outages are told within two seconds: no server found, no connection free, no answer. */
export const DATABASE_OPTIONS: ConnectOptions = {
  bufferCommands: false,
  autoCreate: false,
  autoIndex: false,
  serverSelectionTimeoutMS: 1_500,
  connectTimeoutMS: 1_500,
  waitQueueTimeoutMS: 1_500,
  heartbeatFrequencyMS: 2_000,
  maxPoolSize: 20,
  // The driver's own retry hides that a first attempt was sent: what may be stored would be told as not stored.
  retryWrites: false,
  writeConcern: DURABLE,
  readConcern: { level: 'majority' },
}

export interface DatabaseOptions {
  uri: string
  /** The database's name, the service's own. */
  name: string
}

/** The service's own database. It is connected to in the background, for as long as that takes. */
@Module({})
export class DatabaseModule {
  constructor(@InjectConnection() connection: Connection, @Inject(Health) health: Health) {
    health.addDependency(
      'mongodb',
      async () => {
        if (!connection.db) return { status: 'down' }
        await connection.db.command({ ping: 1 })
        return { status: 'up' }
      },
      { requiredForReadiness: true },
    )
  }

  static forRoot({ uri, name }: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        MongooseModule.forRoot(uri, {
          ...DATABASE_OPTIONS,
          dbName: name,
          lazyConnection: true,
          connectionFactory: (connection: Connection) => {
            void keepConnecting(connection, uri, { ...DATABASE_OPTIONS, dbName: name })
            return connection
          },
        }),
      ],
    }
  }
}

/** mongoose gives up after its first attempt; once connected, the driver looks after itself. */
async function keepConnecting(
  connection: Connection,
  uri: string,
  options: ConnectOptions,
): Promise<void> {
  const closed = new AbortController()
  connection.on('error', () => undefined)
  connection.once('close', () => closed.abort())
  let attempt = connection.asPromise()
  for (;;) {
    try {
      await attempt
      logger.log(`Connected to database ${options.dbName}.`)
      return
    } catch (error) {
      logger.warn(`Waiting for the database: ${error instanceof Error ? error.name : 'no answer'}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000).unref())
    if (closed.signal.aborted) return
    attempt = connection.openUri(uri, options)
  }
}
