import { type Model, mongo } from 'mongoose'

import { askDatabase } from './ask-database.js'
import { collectionOf } from './collection.js'
import { DatabaseUnavailable, DUPLICATE_KEY } from './database.errors.js'
import { DURABLE } from './database.module.js'

/** What every record has: the id of its operation. */
export interface RecordOf {
  _id: string
}

/**
 * What a read may see. `majority`: only what cannot be rolled back; just after an election that may leave out what was
 * stored before. `local`: all that the primary has. For "is it there?", when a durable write depends on it, the latter.
 */
export type Reading = 'majority' | 'local'

/**
 * A collection whose records are inserted and never changed, but for a person's data that is erased. A second record with the same id is refused by the
 * database itself, so what is stored first stands, whatever races.
 *
 * The driver's collection is used, for its speed; schema and name are the mongoose model's.
 */
export class Records<Record extends RecordOf> {
  /** @param timeout milliseconds that one call may take */
  constructor(
    private readonly model: Model<Record>,
    private readonly timeout = 10_000,
  ) {}

  /**
   * Stores records, durably: majority, journaled.
   * @returns the ids that had a record already; it is there durably, too
   * @throws DatabaseUnavailable when nothing was stored, OutcomeUnknown when that is not known
   */
  async insert(records: readonly Record[]): Promise<Set<string>> {
    if (records.length === 0) return new Set()
    return askDatabase(this.timeout, async () => {
      try {
        await this.collection.insertMany(records as mongo.OptionalUnlessRequiredId<Record>[], {
          ordered: false,
          writeConcern: { ...DURABLE, wtimeoutMS: this.timeout },
          forceServerObjectId: true,
        })
        return new Set()
      } catch (error) {
        const present = duplicates(error, records)
        if (present) return present
        throw error
      }
    })
  }

  /** Finds records by their ids, in no order. @throws DatabaseUnavailable, OutcomeUnknown */
  async find(ids: readonly string[], reading: Reading = 'majority'): Promise<Record[]> {
    return this.query({ _id: { $in: ids } } as mongo.Filter<Record>, 0, reading)
  }

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async get(id: string): Promise<Record | undefined> {
    const [record] = await this.find([id])
    return record
  }

  /** Which of these ids have a record: reads the index only. @throws DatabaseUnavailable, OutcomeUnknown */
  async present(ids: readonly string[], reading: Reading = 'majority'): Promise<Set<string>> {
    const found = await this.ids({ _id: { $in: ids } } as mongo.Filter<Record>, 0, reading)
    return new Set(found)
  }

  /**
   * Ids after `after`, in order: reads the index only.
   * @param before ids from here on are left out
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async idsBetween(
    after: string,
    before: string,
    limit: number,
    reading: Reading = 'majority',
  ): Promise<string[]> {
    return this.ids({ _id: { $gt: after, $lt: before } } as mongo.Filter<Record>, limit, reading)
  }

  /**
   * Records from `from` on that fulfil a condition, in the order of their ids.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async from(from: string, condition: mongo.Filter<Record>, limit: number): Promise<Record[]> {
    return this.query({ ...condition, _id: { $gte: from } }, limit)
  }

  /**
   * Records between two ids that fulfil a condition, the newest first.
   * @param before ids from here on are left out
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async newest(
    { after, before }: { after: string; before: string },
    condition: mongo.Filter<Record>,
    limit: number,
  ): Promise<Record[]> {
    const filter = { ...condition, _id: { $gt: after, $lt: before } } as mongo.Filter<Record>
    return this.query(filter, limit, 'majority', -1)
  }

  /**
   * Records between two ids that fulfil a condition, the oldest first.
   * @param before ids from here on are left out
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async oldest(
    { after, before }: { after: string; before: string },
    condition: mongo.Filter<Record>,
    limit: number,
  ): Promise<Record[]> {
    const filter = { ...condition, _id: { $gt: after, $lt: before } } as mongo.Filter<Record>
    return this.query(filter, limit)
  }

  /**
   * What these ids' records have in a field; ids without a record are left out.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async valuesOf<Field extends string & keyof Record>(
    ids: readonly string[],
    field: Field,
  ): Promise<Map<string, Record[Field]>> {
    return this.ask(async () => {
      const found = this.collection.find({ _id: { $in: ids } } as mongo.Filter<Record>, {
        projection: { [field]: 1 },
      })
      const records = (await found.toArray()) as unknown as Record[]
      return new Map(records.map((record) => [record._id, record[field]]))
    })
  }

  /**
   * How many records that fulfil a condition come after an id.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async countAfter(after: string, condition: mongo.Filter<Record> = {}): Promise<number> {
    const filter = { ...condition, _id: { $gt: after } } as mongo.Filter<Record>
    return this.ask(() => this.collection.countDocuments(filter, { maxTimeMS: this.timeout }))
  }

  /**
   * Takes a person's data out of records, durably: the one change that a record may see, and no change of state. What
   * has been erased before stays as it is.
   * @param fields what is taken out
   * @param erasedAt what is put into the field of that name
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async erase(
    ids: readonly string[],
    fields: readonly (string & keyof Record)[],
    erasedAt: Date,
  ): Promise<void> {
    const filter = { _id: { $in: ids }, erasedAt: { $exists: false } }
    const change = {
      $set: { erasedAt },
      $unset: Object.fromEntries(fields.map((field) => [field, ''])),
    }
    await askDatabase(this.timeout, () =>
      this.collection.updateMany(
        filter as unknown as mongo.Filter<Record>,
        change as unknown as mongo.UpdateFilter<Record>,
        { writeConcern: DURABLE },
      ),
    )
  }

  /** Removes records for good, durably. @throws DatabaseUnavailable, OutcomeUnknown */
  async remove(ids: readonly string[]): Promise<void> {
    const filter = { _id: { $in: ids } } as mongo.Filter<Record>
    await askDatabase(this.timeout, () =>
      this.collection.deleteMany(filter, { writeConcern: DURABLE }),
    )
  }

  private async query(
    filter: mongo.Filter<Record>,
    limit = 0,
    reading: Reading = 'majority',
    order: 1 | -1 = 1,
  ): Promise<Record[]> {
    return this.ask(async () => {
      const found = this.collection.find(filter, { readConcern: { level: reading } })
      const asked = limit ? found.sort({ _id: order }).limit(limit) : found
      return (await asked.toArray()) as Record[]
    })
  }

  private async ids(
    filter: mongo.Filter<Record>,
    limit = 0,
    reading: Reading = 'majority',
  ): Promise<string[]> {
    return this.ask(async () => {
      const found = this.collection.find(filter, {
        projection: { _id: 1 },
        readConcern: { level: reading },
        ...(limit ? { sort: { _id: 1 }, limit } : {}),
      })
      return (await found.toArray()).map(({ _id }) => _id as string)
    })
  }

  private async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    return askDatabase(this.timeout, question, () => new DatabaseUnavailable())
  }

  private get collection(): mongo.Collection<Record> {
    return collectionOf<Record>(this.model.db, this.model.collection.collectionName)
  }
}

/** The ids whose insertion met a record; undefined when anything else went wrong as well. */
function duplicates(error: unknown, records: readonly RecordOf[]): Set<string> | undefined {
  if (!(error instanceof mongo.MongoBulkWriteError)) return undefined
  if (error.result.getWriteConcernError()) return undefined
  const failed = [error.writeErrors].flat()
  if (failed.length === 0 || failed.some(({ code }) => code !== DUPLICATE_KEY)) return undefined
  return new Set(failed.map(({ index }) => records[index]!._id))
}
