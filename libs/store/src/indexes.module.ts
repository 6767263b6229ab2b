import {
  type DynamicModule,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection, type mongo } from 'mongoose'
import { setTimeout as sleep } from 'node:timers/promises'

import { collectionOf } from './collection.js'

const TRY_AGAIN_AFTER = 1_000
const INDEXES = Symbol('INDEXES')

export interface Index {
  collection: string
  /** Fields, each with its order. */
  fields: Readonly<Record<string, 1 | -1>>
  options: mongo.CreateIndexesOptions
}

/** Makes indexes beside the work, for as long as that takes: nothing waits for them, and what is right without stays so. */
@Injectable()
export class Indexes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Indexes.name)
  private readonly stopping = new AbortController()

  constructor(
    @InjectConnection() private readonly connection: Connection,
    @Inject(INDEXES) private readonly indexes: readonly Index[],
  ) {}

  onApplicationBootstrap(): void {
    for (const index of this.indexes) void this.ensure(index)
  }

  onApplicationShutdown(): void {
    this.stopping.abort()
  }

  private async ensure({ collection, fields, options }: Index): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      try {
        await collectionOf(this.connection, collection).createIndex({ ...fields }, options)
        return
      } catch (error) {
        // The database is away, or not there yet; or another index is in the way.
        this.logger.debug(`An index of ${collection} is not there yet: ${String(error)}`)
        await sleep(TRY_AGAIN_AFTER, undefined, { signal }).catch(() => undefined)
      }
    }
  }
}

/** Indexes of a service's own collections, beside the one on their ids. */
@Module({})
export class IndexesModule {
  static of(indexes: readonly Index[]): DynamicModule {
    return {
      module: IndexesModule,
      providers: [{ provide: INDEXES, useValue: indexes }, Indexes],
    }
  }
}
