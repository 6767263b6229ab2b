import { describe, expect, it } from 'vitest'
import { checkBooks } from './books.ts'

type Collection = 'operations' | 'outcomes' | 'users' | 'decisions'
type KeptFrom = Partial<Record<'operation_service' | 'user_service', string>>
type Stored = { _id: string; [field: string]: unknown }

/** Answers as a client of a database with these records would. */
function clientOf(stored: Partial<Record<Collection, Stored[]>>, kept: KeptFrom = {}) {
  const collection = (database: keyof KeptFrom, name: Collection) => ({
    findOne: async () => (kept[database] ? { _id: 'records', keptFrom: kept[database] } : null),
    find: async function* ({ _id: { $gte } }: { _id: { $gte: string } }) {
      const records = (stored[name] ?? []).filter(({ _id }) => _id >= $gte)
      yield* records.toSorted((a, b) => (a._id < b._id ? -1 : 1))
    },
  })
  return {
    db: (database: keyof KeptFrom) => ({
      collection: (name: Collection) => collection(database, name),
    }),
  } as unknown as Parameters<typeof checkBooks>[0]
}

const completed = (_id: string) => ({
  operations: [{ _id }],
  outcomes: [{ _id, state: 'completed' }],
  users: [{ _id }],
  decisions: [{ _id, approval: 'approved' }],
})

async function imbalances(
  stored: Partial<Record<Collection, Stored[]>>,
  seen: string[] = [],
): Promise<string[]> {
  return (await checkBooks(clientOf(stored), seen)).imbalances
}

describe('The books', () => {
  it('balance when every operation that ended was decided so', async () => {
    const stored = completed('a')
    stored.operations.push({ _id: 'b' }, { _id: 'c' })
    stored.outcomes.push({ _id: 'b', state: 'failed' })
    stored.users.push({ _id: 'b' }, { _id: 'c' })
    stored.decisions.push({ _id: 'b', approval: 'expired' })
    expect(await checkBooks(clientOf(stored), ['b', 'a'])).toEqual({
      accepted: 3,
      completed: 1,
      failed: 1,
      pending: 1,
      oldestPending: 'c',
      imbalances: [],
    })
  })

  it('tell of an acceptance that is not stored', async () => {
    expect(await imbalances(completed('a'), ['a', 'lost'])).toEqual([
      expect.stringContaining('lost was accepted and is not stored'),
    ])
  })

  it('tell of an acceptance that has not ended', async () => {
    expect(await imbalances({ operations: [{ _id: 'a' }] }, ['a'])).toEqual([
      expect.stringContaining('a was accepted and has not ended'),
    ])
  })

  it('do not mind that, where it may still end, but that it is not stored', async () => {
    const of = (stored: Partial<Record<Collection, Stored[]>>) =>
      checkBooks(clientOf(stored), ['a'], '', true)
    expect(await of({ operations: [{ _id: 'a' }] })).toMatchObject({ pending: 1, imbalances: [] })
    expect((await of({})).imbalances).toEqual([expect.stringContaining('is not stored')])
  })

  it('do not mind one that nobody waits for and is open', async () => {
    expect(await imbalances({ operations: [{ _id: 'a' }], users: [{ _id: 'a' }] })).toEqual([])
  })

  it.each([
    ['ended and was never accepted', { operations: [] }],
    ['was decided and never asked for', { users: [] }],
    ['ended otherwise than its user was decided', { decisions: [] }],
    [
      'ended otherwise than its user was decided',
      { decisions: [{ _id: 'a', approval: 'rejected' }] },
    ],
    ['ended otherwise than its user was decided', { outcomes: [{ _id: 'a', state: 'failed' }] }],
    ['is a user that nobody asked for', { operations: [], outcomes: [] }],
  ])('tell of one that %s', async (fault, change) => {
    expect(await imbalances({ ...completed('a'), ...change })).toEqual([
      expect.stringContaining(fault),
    ])
  })

  it.each([
    { operation_service: 'b' },
    { user_service: 'b' },
    { operation_service: 'a', user_service: 'b' },
  ])('begin where records are kept from: %j', async (kept) => {
    const stored = {
      users: [{ _id: 'a' }, { _id: 'b' }],
      decisions: [{ _id: 'a', approval: 'approved' }],
    }
    const books = await checkBooks(clientOf(stored, kept), ['a'])
    expect(books.imbalances).toEqual([expect.stringContaining('b is a user that nobody asked for')])
  })

  it('can be looked at from an id on', async () => {
    const stored = {
      operations: [{ _id: 'a' }, { _id: 'b' }],
      outcomes: [{ _id: 'a', state: 'x' }],
    }
    expect((await checkBooks(clientOf(stored), [], 'b')).imbalances).toEqual([])
  })
})
