import * as fc from 'fast-check'
import { mongo } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'

import { collectionOf, DURABLE } from '#store'

import { type DatabaseLine, MemoryDatabase } from './memory-database.js'
import { connectTestDatabase } from './test-connection.js'

interface Sample {
  _id: string
  name?: string
  at?: Date
  holder?: string | null
}

const connection = await connectTestDatabase()

/** One suite: what is built on the fake can be trusted to hold on the database. */
const databases = {
  'a database': () => connection,
  'a database in memory': () => new MemoryDatabase().connection(),
}

describe.each(Object.entries(databases))('%s', (_, open) => {
  let samples: mongo.Collection<Sample>

  beforeEach(async () => {
    samples = collectionOf<Sample>(open(), 'samples')
    for (const { _id } of await samples.find({}).toArray()) await samples.deleteOne({ _id })
  })

  const insert = (...all: Sample[]) =>
    samples.insertMany(all, { ordered: false, writeConcern: DURABLE, forceServerObjectId: true })
  const ids = (found: Sample[]) => found.map(({ _id }) => _id)

  it('finds what was inserted, by ids, in the order of the ids, and not too many', async () => {
    await insert({ _id: 'c' }, { _id: 'a', name: 'alice' }, { _id: 'b', at: new Date(7) })
    expect(await samples.find({ _id: { $in: ['a'] } }).toArray()).toEqual([
      { _id: 'a', name: 'alice' },
    ])
    const between = samples.find({ _id: { $gt: 'a', $lt: 'c' } })
    expect(await between.toArray()).toEqual([{ _id: 'b', at: new Date(7) }])
    const from = () => samples.find({ _id: { $gte: 'a' } })
    expect(ids(await from().sort({ _id: 1 }).limit(2).toArray())).toEqual(['a', 'b'])
    const options = { projection: { _id: 1 }, sort: { _id: 1 }, limit: 5 } as const
    expect(await samples.find({ _id: { $gt: 'b' } }, options).toArray()).toEqual([{ _id: 'c' }])
    const names = { projection: { name: 1 } } as const
    expect(await samples.find({ _id: { $in: ['a', 'b'] } }, names).toArray()).toEqual(
      expect.arrayContaining([{ _id: 'a', name: 'alice' }, { _id: 'b' }]),
    )
    expect(ids(await from().sort({ _id: -1 }).limit(2).toArray())).toEqual(['c', 'b'])
    expect(await samples.find({ _id: { $gte: 'a' }, name: 'alice' }).toArray()).toHaveLength(1)
    expect(await samples.countDocuments({ _id: { $gt: 'a' } })).toBe(2)
    expect(await samples.findOne({ _id: 'b' })).toMatchObject({ _id: 'b' })
    expect(await samples.findOne({ _id: 'd' })).toBeNull()
  })

  it('refuses what is there already, by its place in the batch, and stores the others', async () => {
    await insert({ _id: 'b', name: 'bob' })
    const refused = await insert(
      { _id: 'a' },
      { _id: 'b', name: 'eve' },
      { _id: 'c' },
      { _id: 'c', name: 'eve' },
    ).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(mongo.MongoBulkWriteError)
    const { writeErrors, result } = refused as mongo.MongoBulkWriteError
    expect([writeErrors].flat().map(({ index, code }) => [index, code])).toEqual([
      [1, 11000],
      [3, 11000],
    ])
    expect(result.getWriteConcernError()).toBeUndefined()
    expect(await samples.find({ _id: { $in: ['a', 'b', 'c'] } }).toArray()).toEqual(
      expect.arrayContaining([{ _id: 'a' }, { _id: 'b', name: 'bob' }, { _id: 'c' }]),
    )
  })

  it('makes a document when there is none, and changes the one that is there', async () => {
    await samples.updateOne({ _id: 'a' }, { $set: { name: 'alice' } })
    expect(await samples.countDocuments({ _id: 'a' })).toBe(0)
    await samples.updateOne({ _id: 'a' }, { $set: { name: 'alice' } }, { upsert: true })
    await samples.updateOne({ _id: 'a' }, { $set: { at: new Date(7) } }, { upsert: true })
    expect(await samples.findOne({ _id: 'a' })).toEqual({
      _id: 'a',
      name: 'alice',
      at: new Date(7),
    })
  })

  it('raises a field, and does not lower it, where the rest of the filter fits', async () => {
    const at = new Date(7)
    await insert({ _id: 'a', name: 'm', at })
    const name = async () => (await samples.findOne({ _id: 'a' }))?.name
    await samples.updateOne({ _id: 'a', at }, { $max: { name: 'k' } })
    expect(await name()).toBe('m')
    await samples.updateOne({ _id: 'a', at: new Date(8) }, { $max: { name: 'o' } })
    expect(await name()).toBe('m')
    await samples.updateOne({ _id: 'a', at }, { $max: { name: 'o' } })
    expect(await name()).toBe('o')
  })

  it('lowers a field that is there or not, and takes the lower one of two', async () => {
    const lower = (name: string) =>
      samples.updateOne({ _id: 'a' }, { $min: { name } }, { upsert: true })
    for (const name of ['m', 'o', 'k']) await lower(name)
    expect(await samples.findOne({ _id: 'a' })).toEqual({ _id: 'a', name: 'k' })
    const take = async (_id: string) =>
      samples.findOneAndUpdate(
        { _id },
        [
          { $set: { holder: { $min: [{ $ifNull: ['$holder', 'h'] }, '$name'] } } },
          { $unset: 'name' },
        ],
        { upsert: true, returnDocument: 'after' },
      )
    expect(await take('a')).toEqual({ _id: 'a', holder: 'h' })
    await samples.updateOne({ _id: 'a' }, { $min: { name: 'g' } }, { upsert: true })
    expect(await take('a')).toEqual({ _id: 'a', holder: 'g' })
    expect(await take('b')).toEqual({ _id: 'b', holder: 'h' })
  })

  it('says how many documents an update met', async () => {
    await insert({ _id: 'a', name: 'alice' })
    const met = async (_id: string) =>
      (await samples.updateOne({ _id, name: 'alice' }, { $set: { name: 'alice' } })).matchedCount
    expect([await met('a'), await met('b')]).toEqual([1, 0])
  })

  it('takes fields out of all that have not another one, and removes all', async () => {
    const at = new Date(7)
    await insert({ _id: 'a', name: 'alice' }, { _id: 'b', name: 'bob', at }, { _id: 'c' })
    const filter = { _id: { $in: ['a', 'b', 'c'] }, at: { $exists: false } }
    await samples.updateMany(filter, { $set: { at: new Date(8) }, $unset: { name: '' } })
    expect(
      await samples
        .find({ _id: { $gte: 'a' } })
        .sort({ _id: 1 })
        .toArray(),
    ).toEqual([
      { _id: 'a', at: new Date(8) },
      { _id: 'b', name: 'bob', at },
      { _id: 'c', at: new Date(8) },
    ])
    await samples.deleteMany({ _id: { $in: ['a', 'b'] } })
    expect(ids(await samples.find({}).toArray())).toEqual(['c'])
  })

  it('writes its own time, and compares with it', async () => {
    const stamp = [{ $set: { name: { $literal: '$name' }, at: '$$NOW' } }]
    await samples.updateOne({ _id: 'a' }, stamp, { upsert: true })
    expect(await samples.findOne({ _id: 'a' })).toMatchObject({ name: '$name' })
    const before = (later: number) => ({
      _id: 'a',
      $expr: { $lt: ['$at', { $subtract: ['$$NOW', -later] }] },
    })
    expect(await samples.find(before(-60_000)).toArray()).toHaveLength(0)
    await samples.deleteOne(before(-60_000))
    expect(await samples.find(before(60_000)).toArray()).toHaveLength(1)
    await samples.deleteOne(before(60_000))
    expect(await samples.find(before(60_000)).toArray()).toHaveLength(0)
  })

  it('changes by what is there: who holds it keeps it, others wait until its time is over', async () => {
    const hold = async (holder: string, milliseconds: number) => {
      const isFree = { $or: [{ $eq: ['$holder', holder] }, { $lt: ['$at', '$$NOW'] }] }
      const until = { $add: ['$$NOW', milliseconds] }
      const lease = await samples.findOneAndUpdate(
        { _id: 'lease' },
        [
          {
            $set: {
              holder: { $cond: [isFree, holder, { $ifNull: ['$holder', holder] }] },
              at: { $cond: [isFree, until, { $ifNull: ['$at', until] }] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after' },
      )
      return lease?.holder
    }
    expect(await hold('one', 60_000)).toBe('one')
    expect(await hold('two', 60_000)).toBe('one')
    expect(await hold('one', -60_000)).toBe('one')
    expect(await hold('two', 60_000)).toBe('two')
    await samples.updateOne({ _id: 'lease', holder: 'one' }, { $set: { holder: null } })
    expect(await hold('three', 60_000)).toBe('two')
  })
})

/** What may be asked of either database, and what it answers. */
type Ask = (samples: mongo.Collection<Sample>) => Promise<unknown>

const id = fc.constantFrom('a', 'b', 'c', 'd')
const name = fc.constantFrom('alice', 'bob', 'carol')
const filter = fc.oneof(
  fc.record({ _id: fc.record({ $in: fc.array(id, { maxLength: 3 }) }) }),
  fc.record({ _id: fc.record({ $gt: fc.constantFrom('', 'a', 'b'), $lt: id }) }),
  fc.record({ _id: fc.record({ $gte: id }), name }),
)
const asks = fc.array(
  fc.oneof<fc.Arbitrary<Ask>[]>(
    fc.array(fc.record({ _id: id, name }), { minLength: 1, maxLength: 4 }).map(
      (all) => (samples) =>
        samples
          .insertMany(all, { ordered: false, forceServerObjectId: true })
          .then(() => [])
          .catch(({ writeErrors }: mongo.MongoBulkWriteError) =>
            [writeErrors].flat().map(({ index, code }) => [index, code]),
          ),
    ),
    fc.tuple(filter, fc.constantFrom(1 as const, -1 as const), fc.nat({ max: 3 })).map(
      ([where, order, limit]) =>
        (samples) =>
          samples.find(where).sort({ _id: order }).limit(limit).toArray(),
    ),
    filter.map((where) => (samples) => samples.countDocuments(where)),
    fc
      .record({ _id: id, set: name, upsert: fc.boolean() })
      .map(({ _id, set, upsert }) => async (samples) => {
        await samples.updateOne({ _id }, { $set: { name: set } }, { upsert })
      }),
    fc
      .record({ _id: id, max: name, upsert: fc.boolean() })
      .map(({ _id, max, upsert }) => async (samples) => {
        await samples.updateOne({ _id }, { $max: { name: max } }, { upsert })
      }),
    fc.record({ _id: id, name }).map((where) => async (samples) => {
      await samples.deleteOne(where)
    }),
  ),
  { maxLength: 30, size: 'max' },
)

describe('a database and a database in memory', () => {
  it('answer the same, whatever they are asked, in any order', async () => {
    const real = collectionOf<Sample>(connection, 'compared')
    await fc.assert(
      fc.asyncProperty(asks, async (all) => {
        await real.deleteMany({})
        const model = collectionOf<Sample>(new MemoryDatabase().connection(), 'compared')
        for (const ask of all) expect(await ask(model)).toEqual(await ask(real))
        const everything: Ask = (samples) => samples.find({}).sort({ _id: 1 }).toArray()
        expect(await everything(model)).toEqual(await everything(real))
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})

describe('a database in memory', () => {
  it('can be held up, and lose what it answers or a part of what it is to store', async () => {
    const database = new MemoryDatabase()
    const line: DatabaseLine = async ({ effect, documents }) => {
      effect(documents.slice(0, 1))
      throw new mongo.MongoNetworkError('broken')
    }
    const samples = collectionOf<Sample>(database.connection(line), 'samples')
    await expect(samples.insertMany([{ _id: 'a' }, { _id: 'b' }])).rejects.toThrow('broken')
    expect(database.documents('samples')).toEqual([{ _id: 'a' }])
  })

  it('says so when it is asked for more than it can', () => {
    const samples = collectionOf<Sample>(new MemoryDatabase().connection(), 'samples')
    const asked = async () => {
      await samples.updateOne({ _id: 'a' }, { $inc: { at: 1 } } as never, { upsert: true })
    }
    return expect(asked).rejects.toThrow('does not know $inc')
  })
})
