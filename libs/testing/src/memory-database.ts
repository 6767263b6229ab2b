import { type Connection, type Model, mongo } from 'mongoose'

import { fulfils, seedOf, updated } from './memory-query.js'

type Fields = Record<string, unknown>
export type StoredDocument = Fields & { _id: string }

interface FindOptions {
  sort?: { _id: 1 | -1 }
  limit?: number
  /** The fields to return, beside the id. */
  projection?: Fields
}

/** One call of the driver, on its way to the database. */
export interface DatabaseCall<Answer> {
  collection: string
  operation:
    | 'insertMany'
    | 'find'
    | 'count'
    | 'updateOne'
    | 'updateMany'
    | 'deleteOne'
    | 'deleteMany'
    | 'findOneAndUpdate'
  /** What is to be stored. */
  documents: readonly StoredDocument[]
  /** What is asked for. */
  filter: Fields
  /**
   * Has the call's effect.
   * @param documents what is stored of an insert, if not all
   * @throws what the server answers when it refuses
   */
  effect: (documents?: readonly StoredDocument[]) => Answer
}

/** The way from the driver to the database, on which calls can be held up, fail, or be lost. */
export type DatabaseLine = <Answer>(call: DatabaseCall<Answer>) => Promise<Answer>

const atOnce: DatabaseLine = async ({ effect }) => effect()

/**
 * A database in memory, under the driver: what is tested against it is the library's own code, with its time limits and
 * its reading of errors. One suite runs against this and against the real one.
 */
export class MemoryDatabase {
  private readonly collections = new Map<string, Map<string, StoredDocument>>()

  /** What a service has instead of mongoose's connection: as much of it as the driver's collections take. */
  connection(line: DatabaseLine = atOnce): Connection {
    return {
      db: { collection: (name: string) => this.collection(name, line) },
    } as unknown as Connection
  }

  /** The documents of a collection, in the order they came. */
  documents(name: string): StoredDocument[] {
    return [...this.stored(name).values()]
  }

  private stored(name: string): Map<string, StoredDocument> {
    const stored = this.collections.get(name) ?? new Map<string, StoredDocument>()
    this.collections.set(name, stored)
    return stored
  }

  private collection(name: string, line: DatabaseLine) {
    const stored = this.stored(name)
    const call = <Answer>(
      operation: DatabaseCall<Answer>['operation'],
      filter: Fields,
      effect: DatabaseCall<Answer>['effect'],
      documents: readonly StoredDocument[] = [],
    ) => line({ collection: name, operation, documents, filter, effect })
    const first = (filter: Fields) => select(stored, filter, { limit: 1 })[0]
    const find = (filter: Fields, options: FindOptions = {}) => ({
      sort: (sort: { _id: 1 | -1 }) => find(filter, { ...options, sort }),
      limit: (limit: number) => find(filter, { ...options, limit }),
      toArray: () => call('find', filter, () => select(stored, filter, options)),
    })
    return {
      find,
      insertMany: (documents: readonly StoredDocument[]) => {
        // As they are now: the driver has sent them before it returns.
        const sent = structuredClone(documents)
        return call('insertMany', {}, (part = sent) => insert(stored, part), sent)
      },
      findOne: (filter: Fields) => call('find', filter, () => first(filter) ?? null),
      countDocuments: (filter: Fields) =>
        call('count', filter, () => select(stored, filter, {}).length),
      updateOne: (filter: Fields, update: Fields | Fields[], options: { upsert?: boolean } = {}) =>
        call('updateOne', filter, () => {
          const matchedCount = select(stored, filter, { limit: 1 }).length
          change(stored, filter, update, options)
          return { matchedCount, modifiedCount: matchedCount }
        }),
      updateMany: (filter: Fields, update: Fields) =>
        call('updateMany', filter, () => {
          for (const { _id } of select(stored, filter, {})) change(stored, { _id }, update, {})
        }),
      findOneAndUpdate: (filter: Fields, update: Fields[], options: { upsert?: boolean } = {}) =>
        call('findOneAndUpdate', filter, () => change(stored, filter, update, options) ?? null),
      deleteOne: (filter: Fields) =>
        call('deleteOne', filter, () => {
          const found = first(filter)
          if (found) stored.delete(found._id)
        }),
      deleteMany: (filter: Fields) =>
        call('deleteMany', filter, () => {
          for (const { _id } of select(stored, filter, {})) stored.delete(_id)
        }),
    }
  }
}

/** What mongoose's model is asked for where the driver's collection is used. */
export function memoryModel<Record>(connection: Connection, collectionName: string): Model<Record> {
  return { db: connection, collection: { collectionName } } as unknown as Model<Record>
}

/** Unordered: each is stored or refused by itself. */
function insert(stored: Map<string, StoredDocument>, documents: readonly StoredDocument[]): void {
  const refused: { index: number; code: number }[] = []
  for (const [index, document] of documents.entries()) {
    if (stored.has(document._id)) refused.push({ index, code: 11000 })
    else stored.set(document._id, structuredClone(document))
  }
  if (refused.length === 0) return
  const description = { message: 'E11000 duplicate key', code: 11000, writeErrors: refused }
  const [error, result] = [
    description,
    { getWriteConcernError: () => undefined },
  ] as unknown as ConstructorParameters<typeof mongo.MongoBulkWriteError>
  throw new mongo.MongoBulkWriteError(error, result)
}

function select(
  stored: Map<string, StoredDocument>,
  filter: Fields,
  { sort, limit, projection }: FindOptions,
): StoredDocument[] {
  const now = new Date()
  const found = [...stored.values()].filter((document) => fulfils(document, filter, now))
  if (sort) found.sort((one, other) => (one._id < other._id ? -sort._id : sort._id))
  return found
    .slice(0, limit || Infinity)
    .map((document) => structuredClone(projection ? only(document, projection) : document))
}

function only(document: StoredDocument, fields: Fields): StoredDocument {
  const kept = Object.entries(document).filter(([field]) => field === '_id' || field in fields)
  return Object.fromEntries(kept) as StoredDocument
}

/** @returns the document after it, if there is one */
function change(
  stored: Map<string, StoredDocument>,
  filter: Fields,
  update: Fields | Fields[],
  { upsert = false }: { upsert?: boolean },
): StoredDocument | undefined {
  const now = new Date()
  const [found] = select(stored, filter, { limit: 1 })
  if (!found && !upsert) return undefined
  const changed = updated(found ?? seedOf(filter), update, now) as StoredDocument
  stored.set(changed._id, structuredClone(changed))
  return changed
}
