import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { askDatabase, collectionOf, DURABLE, errorAfterWrite, GroupCommit, Records } from '#store'

import { type OperationRecord } from '../operations/operation.schema.js'
import { IdempotencyKeyRecord, KEPT_FOR } from './idempotency-key.schema.js'

/** Milliseconds: a client is told within two seconds that nothing can be stored. */
const ANSWER_WITHIN = 1_800
const ERASE_WITHIN = 10_000
/** The database removes keys that are too old so often at least, in milliseconds, while it is not busy. */
const TTL_MONITOR = 60 * 60_000
/** A key is made within so many milliseconds of its operation. */
const SAME_TIME = 1_000

/** The keys that clients sent, each with the operation that it stands for. */
@Injectable()
export class IdempotencyKeys {
  private readonly records: Records<IdempotencyKeyRecord>
  private readonly commit = new GroupCommit<IdempotencyKeyRecord, IdempotencyKeyRecord>((all) =>
    this.insert(all),
  )

  constructor(
    @InjectModel(IdempotencyKeyRecord.name) private readonly model: Model<IdempotencyKeyRecord>,
  ) {
    this.records = new Records(model, ANSWER_WITHIN)
  }

  /** What is stored under a key. @throws DatabaseUnavailable, OutcomeUnknown */
  get(key: string): Promise<IdempotencyKeyRecord | undefined> {
    return this.records.get(key)
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

  /**
   * Takes out what tells of a body: it is a hash, and a name could be guessed by it. The keys go on standing for their
   * operations. They are found by their time, by which there is an index; one that was renewed is not, and goes within
   * a day.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async eraseFingerprints(
    operations: readonly Pick<OperationRecord, '_id' | 'createdAt'>[],
  ): Promise<void> {
    const recent = operations.filter(
      ({ createdAt }) => Date.now() - createdAt.getTime() < KEPT_FOR * 1_000 + TTL_MONITOR,
    )
    for (const { _id: operationId, createdAt } of recent) {
      const time = createdAt.getTime()
      const createdThen = { $gte: new Date(time - SAME_TIME), $lte: new Date(time + SAME_TIME) }
      await askDatabase(ERASE_WITHIN, () =>
        this.collection.updateMany(
          { createdAt: createdThen, operationId },
          { $unset: { fingerprint: '' } },
          { writeConcern: DURABLE },
        ),
      )
    }
  }

  private async insert(records: IdempotencyKeyRecord[]): Promise<IdempotencyKeyRecord[]> {
    const present = await this.records.insert(records)
    const stored = new Map(records.map((record) => [record._id, record]))
    for (const record of await this.present([...present])) stored.set(record._id, record)
    return records.map(({ _id }) => stored.get(_id)!)
  }

  /** Read after others were stored: of those, too, the caller may be told only that it is not known. */
  private async present(keys: string[]): Promise<IdempotencyKeyRecord[]> {
    if (keys.length === 0) return []
    try {
      return await this.records.find(keys, 'local')
    } catch (error) {
      throw errorAfterWrite(error)
    }
  }

  private get collection() {
    return collectionOf<IdempotencyKeyRecord>(this.model.db, this.model.collection.collectionName)
  }
}
