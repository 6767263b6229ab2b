import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'
import { setTimeout as sleep } from 'node:timers/promises'

import { askDatabase, collectionOf, DURABLE, GroupCommit, Records } from '#store'

import { IdempotencyKeyRecord, KEPT_FOR } from './idempotency-key.schema.js'

/** Milliseconds: a client is told within two seconds that nothing can be stored. */
const ANSWER_WITHIN = 1_800
const TRY_AGAIN_AFTER = 1_000

/** The keys that clients sent, each with the operation that it stands for. */
@Injectable()
export class IdempotencyKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly records: Records<IdempotencyKeyRecord>
  private readonly commit = new GroupCommit<IdempotencyKeyRecord, IdempotencyKeyRecord>((all) =>
    this.insert(all),
  )
  private readonly stopping = new AbortController()

  constructor(
    @InjectModel(IdempotencyKeyRecord.name) private readonly model: Model<IdempotencyKeyRecord>,
  ) {
    this.records = new Records(model, ANSWER_WITHIN)
  }

  onApplicationBootstrap(): void {
    void this.ensureIndex()
  }

  onApplicationShutdown(): void {
    this.stopping.abort()
  }

  /**
   * Stores a key, durably, unless it is there.
   * @returns what is stored under the key
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  claim(record: IdempotencyKeyRecord): Promise<IdempotencyKeyRecord> {
    return this.commit.add(record)
  }

  /**
   * Lets a key stand for another operation, unless somebody else was quicker.
   * @returns whether it does now
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async renew(
    { _id, operationId }: IdempotencyKeyRecord,
    next: IdempotencyKeyRecord,
  ): Promise<boolean> {
    const { modifiedCount } = await askDatabase(ANSWER_WITHIN, () =>
      this.collection.updateOne(
        { _id, operationId },
        { $set: { operationId: next.operationId } },
        { writeConcern: DURABLE },
      ),
    )
    return modifiedCount === 1
  }

  private async insert(records: IdempotencyKeyRecord[]): Promise<IdempotencyKeyRecord[]> {
    const present = await this.records.insert(records)
    const stored = new Map(records.map((record) => [record._id, record]))
    for (const record of await this.records.find([...present], 'local')) {
      stored.set(record._id, record)
    }
    return records.map(({ _id }) => stored.get(_id)!)
  }

  /** The index by which the database forgets them. */
  private async ensureIndex(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      try {
        await this.collection.createIndex({ createdAt: 1 }, { expireAfterSeconds: KEPT_FOR })
        return
      } catch {
        // The database is away, or not there yet.
        await sleep(TRY_AGAIN_AFTER, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  private get collection() {
    return collectionOf<IdempotencyKeyRecord>(this.model.db, this.model.collection.collectionName)
  }
}
