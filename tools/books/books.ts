import mongoose from 'mongoose'

type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>

interface StoredRecord {
  _id: string
  [field: string]: unknown
}

export interface Books {
  accepted: number
  completed: number
  failed: number
  /** Accepted and not ended. */
  pending: number
  /** The one of them that was accepted first. */
  oldestPending: string | undefined
  /** What does not balance, in sentences: the first hundred. None is what must be. */
  imbalances: string[]
}

const FAILED = 'failed'
const OUTCOME_OF: Record<string, string> = {
  approved: 'completed',
  rejected: FAILED,
  expired: FAILED,
}
const MOST_TOLD = 100
const PAGE = 5_000

/**
 * The books are complete from here on: below, records that ended long ago may have been removed from either database
 * (`RETENTION_DAYS`).
 */
async function keptFrom(client: MongoClient): Promise<string> {
  let from = ''
  for (const database of ['operation_service', 'user_service']) {
    const found = await client
      .db(database)
      .collection<{ _id: string; keptFrom: string }>('retention')
      .findOne({ _id: 'records' })
    if (found && found.keptFrom > from) from = found.keptFrom
  }
  return from
}

/**
 * Checks from outside that nothing was lost or doubled: walks the four collections side by side, in the order of the
 * ids, so that it takes no more memory for a million operations than for one.
 *
 * @param acceptedIds of every 202 that a client saw, in any order; each must be stored and have ended
 * @param from the id to begin at, or later where records were removed; all, if not said
 * @param mayBePending whether those need not have ended yet
 */
export async function checkBooks(
  client: MongoClient,
  acceptedIds: readonly string[],
  from = '',
  mayBePending = false,
): Promise<Books> {
  const kept = await keptFrom(client)
  const begin = kept > from ? kept : from
  const walk = (database: string, collection: string, projection: Record<string, 1>) =>
    recordsOf(client.db(database), collection, begin, projection)
  const books: Books = {
    accepted: 0,
    completed: 0,
    failed: 0,
    pending: 0,
    oldestPending: undefined,
    imbalances: [],
  }
  const collections = {
    operation: walk('operation_service', 'operations', {}),
    outcome: walk('operation_service', 'outcomes', { state: 1 }),
    user: walk('user_service', 'users', {}),
    decision: walk('user_service', 'decisions', { approval: 1 }),
    seen: fromMemory(acceptedIds.filter((id) => id >= kept).toSorted()),
  }
  for await (const { id, found } of sideBySide(collections)) {
    const { operation, outcome, decision } = found
    if (operation) books.accepted += 1
    if (operation && !outcome) {
      books.pending += 1
      books.oldestPending ??= id
    }
    if (outcome) books[outcome['state'] === 'completed' ? 'completed' : 'failed'] += 1
    const fault = faultOf(found, mayBePending)
    if (fault && books.imbalances.length < MOST_TOLD) {
      const state = outcome ? String(outcome['state']) : 'open'
      const approval = decision ? String(decision['approval']) : 'undecided'
      books.imbalances.push(`${id} ${fault} (${state}, user ${approval})`)
    }
  }
  return books
}

type Found = Record<
  'operation' | 'outcome' | 'user' | 'decision' | 'seen',
  StoredRecord | undefined
>

function faultOf(
  { operation, outcome, user, decision, seen }: Found,
  mayBePending: boolean,
): string | undefined {
  if (seen && !operation) return 'was accepted and is not stored'
  if (seen && !outcome && !mayBePending) return 'was accepted and has not ended'
  if (outcome && !operation) return 'ended and was never accepted'
  if (decision && !user) return 'was decided and never asked for'
  if (user && !operation) return 'is a user that nobody asked for'
  if (outcome && OUTCOME_OF[String(decision?.['approval'])] !== outcome['state']) {
    return 'ended otherwise than its user was decided'
  }
  return undefined
}

async function* recordsOf(
  database: ReturnType<MongoClient['db']>,
  collection: string,
  from: string,
  projection: Record<string, 1>,
): AsyncGenerator<StoredRecord> {
  const found = database
    .collection<StoredRecord>(collection)
    .find(
      { _id: { $gte: from } },
      { projection: { _id: 1, ...projection }, sort: { _id: 1 }, batchSize: PAGE },
    )
  for await (const record of found) yield record
}

async function* fromMemory(ids: readonly string[]): AsyncGenerator<StoredRecord> {
  for (const _id of ids) yield { _id }
}

/** Merges walks in the order of their ids: for each id, who has a record of it. */
async function* sideBySide<Name extends string>(
  walks: Record<Name, AsyncGenerator<StoredRecord>>,
): AsyncGenerator<{ id: string; found: Record<Name, StoredRecord | undefined> }> {
  const names = Object.keys(walks) as Name[]
  const heads = {} as Record<Name, StoredRecord | undefined>
  const step = async (name: Name) => {
    const next = await walks[name].next()
    heads[name] = next.done ? undefined : next.value
  }
  await Promise.all(names.map(step))
  for (;;) {
    let id: string | undefined
    for (const name of names) {
      const head = heads[name]
      if (head && (id === undefined || head._id < id)) id = head._id
    }
    if (id === undefined) return
    const found = {} as Record<Name, StoredRecord | undefined>
    for (const name of names) {
      const isHere = heads[name]?._id === id
      found[name] = isHere ? heads[name] : undefined
      if (isHere) await step(name)
    }
    yield { id, found }
  }
}
