import { Schema } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'

import { firstIdAt } from '#contracts'
import { connectTestDatabase, MemoryRecords, type RecordStore } from '#testing'

import { type RecordOf, Records } from './records.js'

interface Sample extends RecordOf {
  name: string
  colour?: string
  at: Date
  erasedAt?: Date
}

const connection = await connectTestDatabase()
const schema = new Schema<Sample>({ _id: String, name: String, colour: String, at: Date })
const model = connection.model<Sample>('Sample', schema, 'samples')

/** One suite: what is built on the fake can be trusted to hold on the database. */
const stores: Record<string, () => Promise<RecordStore<Sample>>> = {
  'in the database': async () => {
    await model.collection.deleteMany({})
    return new Records(model)
  },
  'in memory': async () => new MemoryRecords<Sample>(),
}

const [a, b, c, d] = [1, 2, 3, 4].map(firstIdAt) as [string, string, string, string]
const sample = (_id: string, fields: Partial<Sample> = {}): Sample => ({
  _id,
  name: 'alice',
  at: new Date(0),
  ...fields,
})

describe.each(Object.entries(stores))('records %s', (_, open) => {
  let records: RecordStore<Sample>

  beforeEach(async () => {
    records = await open()
  })

  it('are found as they were inserted', async () => {
    const inserted = [sample(a, { colour: 'blue', at: new Date(1_763_615_257_600) }), sample(b)]
    await records.insert(inserted)
    expect(await records.find([b, a])).toEqual(expect.arrayContaining(inserted))
    expect(await records.get(a)).toEqual(inserted[0])
  })

  it('that are not there are not found', async () => {
    await records.insert([sample(a)])
    expect(await records.find([b])).toEqual([])
    expect(await records.get(b)).toBeUndefined()
    expect(await records.present([])).toEqual(new Set())
  })

  it('are read from the oldest on, between two ids, where they fulfil a condition', async () => {
    await records.insert([
      sample(d),
      sample(b, { colour: 'blue' }),
      sample(c, { colour: 'blue' }),
      sample(a, { colour: 'blue' }),
    ])
    const idsOf = (found: Sample[]) => found.map(({ _id }) => _id)
    expect(idsOf(await records.oldest({ after: a, before: d }, {}, 5))).toEqual([b, c])
    const blue = { colour: 'blue' }
    expect(idsOf(await records.oldest({ after: '', before: d }, blue, 2))).toEqual([a, b])
  })

  it('whose data is erased keep the rest, and when that was first', async () => {
    await records.insert([sample(a, { colour: 'blue' }), sample(b, { colour: 'red' })])
    await records.erase([a, c], ['name', 'colour'], new Date(7))
    await records.erase([a], ['name', 'colour'], new Date(8))
    expect(await records.get(a)).toEqual({ _id: a, at: new Date(0), erasedAt: new Date(7) })
    expect(await records.get(b)).toEqual(sample(b, { colour: 'red' }))
    expect(await records.get(c)).toBeUndefined()
    expect(await records.insert([sample(a)])).toEqual(new Set([a]))
    expect(await records.get(a)).not.toHaveProperty('name')
  })

  it('that are removed are gone, and nothing else is', async () => {
    await records.insert([sample(a), sample(b)])
    await records.remove([a, c])
    await records.remove([])
    expect(await records.present([a, b, c])).toEqual(new Set([b]))
  })

  it('hold texts with anything in them', async () => {
    const name = '\u0000$.\u{1F469}\u{200D}\u{1F4BB} é\u{FE0F}'
    await records.insert([sample(a, { name })])
    expect(await records.get(a)).toMatchObject({ name })
  })

  it('are not changed by whoever holds one', async () => {
    const inserted = sample(a)
    await records.insert([inserted])
    inserted.name = 'mallory'
    const found = await records.get(a)
    found!.name = 'mallory'
    expect(await records.get(a)).toMatchObject({ name: 'alice' })
  })

  it('need not be any', async () => {
    expect(await records.insert([])).toEqual(new Set())
  })

  it('that are all new make no duplicates', async () => {
    expect(await records.insert([sample(a), sample(b)])).toEqual(new Set())
  })

  it('are inserted though others of the same batch are there already, whose ids are told', async () => {
    await records.insert([sample(b)])
    const present = await records.insert([sample(a), sample(b, { name: 'bob' }), sample(c)])
    expect(present).toEqual(new Set([b]))
    expect(await records.present([a, b, c, d])).toEqual(new Set([a, b, c]))
    expect(await records.get(b)).toMatchObject({ name: 'alice' })
  })

  it('that come twice in a batch are stored as the first, and told', async () => {
    const present = await records.insert([sample(a), sample(a, { name: 'bob' }), sample(b)])
    expect(present).toEqual(new Set([a]))
    expect(await records.get(a)).toMatchObject({ name: 'alice' })
  })

  it('inserted by two at once are one, and one of the two is told', async () => {
    const told = await Promise.all([
      records.insert([sample(a, { name: 'alice' })]),
      records.insert([sample(a, { name: 'bob' })]),
    ])
    expect(told.filter(({ size }) => size === 0)).toHaveLength(1)
    const winner = told[0].size === 0 ? 'alice' : 'bob'
    expect(await records.get(a)).toMatchObject({ name: winner })
  })

  describe('of which there are four', () => {
    beforeEach(async () => {
      await records.insert([
        sample(c, { colour: 'blue' }),
        sample(a, { colour: 'blue' }),
        sample(d),
        sample(b),
      ])
    })

    it('tell the ids between two, both left out, in order', async () => {
      expect(await records.idsBetween(a, d, 10)).toEqual([b, c])
    })

    it('tell no more ids than asked for, the first ones', async () => {
      expect(await records.idsBetween(firstIdAt(0), firstIdAt(9), 3)).toEqual([a, b, c])
      expect(await records.idsBetween(firstIdAt(0), firstIdAt(9), 4)).toEqual([a, b, c, d])
    })

    it('are read from one on, itself among them, in order', async () => {
      const found = await records.from(b, {}, 10)
      expect(found.map(({ _id }) => _id)).toEqual([b, c, d])
    })

    it('are read as far as they fulfil a condition', async () => {
      const found = await records.from(a, { colour: 'blue' }, 10)
      expect(found.map(({ _id }) => _id)).toEqual([a, c])
      expect(await records.from(a, { colour: 'blue' }, 1)).toHaveLength(1)
    })

    it('are read from the newest on, between two, both left out', async () => {
      const all = { after: firstIdAt(0), before: firstIdAt(9) }
      const newest = async (...args: Parameters<typeof records.newest>) =>
        (await records.newest(...args)).map(({ _id }) => _id)
      expect(await newest(all, {}, 10)).toEqual([d, c, b, a])
      expect(await newest(all, {}, 2)).toEqual([d, c])
      expect(await newest({ after: a, before: d }, {}, 10)).toEqual([c, b])
      expect(await newest(all, { colour: 'blue' }, 10)).toEqual([c, a])
    })

    it('tell what some of them have in a field', async () => {
      const names = await records.valuesOf([a, d, firstIdAt(9)], 'name')
      expect(names).toEqual(
        new Map([
          [a, 'alice'],
          [d, 'alice'],
        ]),
      )
      expect(await records.valuesOf([], 'name')).toEqual(new Map())
    })

    it('are counted as far as they fulfil a condition', async () => {
      expect(await records.countAfter(firstIdAt(0), { colour: 'blue' })).toBe(2)
      expect(await records.countAfter(a, { colour: 'blue' })).toBe(1)
    })

    it('are counted from the next one on', async () => {
      expect(await records.countAfter(firstIdAt(0))).toBe(4)
      expect(await records.countAfter(b)).toBe(2)
      expect(await records.countAfter(d)).toBe(0)
    })
  })
})

describe('in the database', () => {
  it('a record that the server refuses for itself is an error that is not tried again', async () => {
    const records = new Records(model)
    const tooLarge = sample(a, { name: 'a'.repeat(17 * 1024 * 1024) })
    await expect(records.insert([tooLarge])).rejects.not.toHaveProperty('canRetry')
  })
})
