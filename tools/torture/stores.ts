import type { MongoClient } from './rig.ts'

/** A record of a service, as the database holds it. */
export interface Stored {
  _id: string
  [field: string]: unknown
}

/** As many ids as are asked for at once. */
const page = 2_000

/** The services' collections that are looked into. */
export function storesOf(client: MongoClient) {
  return {
    operations: client.db('operation_service').collection<Stored>('operations'),
    outcomes: client.db('operation_service').collection<Stored>('outcomes'),
    decisions: client.db('user_service').collection<Stored>('decisions'),
  }
}

type Collection = ReturnType<typeof storesOf>['outcomes']

/** The records with these ids, by their id, page by page. */
export async function* recordsOf(
  collection: Collection,
  ids: Iterable<string>,
  projection?: Record<string, 1>,
): AsyncGenerator<{ ids: string[]; records: Map<string, Stored> }> {
  const all = [...ids]
  for (let start = 0; start < all.length; start += page) {
    const some = all.slice(start, start + page)
    const found = collection.find(
      { _id: { $in: some } },
      projection === undefined ? {} : { projection },
    )
    const records = new Map<string, Stored>()
    for await (const record of found) records.set(record._id, record)
    yield { ids: some, records }
  }
}
