import { Schema } from 'mongoose'
import { beforeEach, describe, expect, it } from 'vitest'

import { firstIdAt } from '#contracts'
import { connectTestDatabase } from '#testing'

import { collectionOf } from './collection.js'
import { WALK_START } from './open-walk.js'
import { type RecordOf, Records } from './records.js'
import { type Retained, Retention } from './retention.js'
import { WalkPosition } from './walk-position.repository.js'

interface Ended extends RecordOf {
  how: string
  at: Date
}

const connection = await connectTestDatabase()
const begun = new Records(connection.model<RecordOf>('Begun', new Schema({ _id: String }), 'begun'))
const ended = new Records(
  connection.model<Ended>('Ended', new Schema({ _id: String, how: String, at: Date }), 'ended'),
)
const position = new WalkPosition(connection)
const kept = async () =>
  (await collectionOf<{ _id: string; keptFrom: string }>(connection, 'retention').findOne({}))
    ?.keptFrom

/** What is older than this is removed. */
const HORIZON = 1_000_000
const mark = firstIdAt(2 * HORIZON)

function retention(part: Partial<Retained<RecordOf, Ended>> = {}) {
  const retained = { begun, ended, condition: {}, endedAt: ({ at }: Ended) => at, keptFor: 0 }
  return new Retention(connection, position, { ...retained, ...part })
}

/** Begins and ends so many, from this time on, one each millisecond. @returns their ids */
async function pairs(count: number, from: number, fields: Partial<Ended> = {}): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, index) => firstIdAt(from + index))
  await begun.insert(ids.map((_id) => ({ _id })))
  await ended.insert(ids.map((_id) => ({ _id, how: 'well', at: new Date(from), ...fields })))
  return ids
}

const left = async () => [...(await begun.idsBetween('', firstIdAt(2 ** 47), 100_000))]

beforeEach(async () => {
  for (const name of ['begun', 'ended', 'walk', 'retention']) {
    await collectionOf(connection, name).deleteMany({})
  }
  const { walk } = await position.begin()
  await position.store(walk, { ...WALK_START, mark })
})

describe('retention', () => {
  it('removes what began and ended before a time, in batches, and nothing younger', async () => {
    await pairs(1_200, 1)
    const young = await pairs(2, HORIZON)
    expect(await retention().removeBefore(HORIZON)).toEqual({ removed: 1_200, isDone: true })
    expect(await left()).toEqual(young)
    expect(await ended.present(young)).toEqual(new Set(young))
    expect(await ended.countAfter('')).toBe(2)
    expect(await kept()).toBe(firstIdAt(HORIZON))
  })

  it('does nothing twice, and says nothing of the books when there is nothing to remove', async () => {
    await pairs(2, HORIZON)
    expect(await retention().removeBefore(HORIZON)).toEqual({ removed: 0, isDone: true })
    expect(await kept()).toBeUndefined()
  })

  it('leaves what ended later, what has not ended, and what has ended otherwise', async () => {
    const late = await pairs(1, 1, { at: new Date(HORIZON) })
    const other = await pairs(1, 2, { how: 'badly' })
    const open = firstIdAt(3)
    await begun.insert([{ _id: open }])
    await pairs(1, 4)
    await retention({ condition: { how: 'well' } }).removeBefore(HORIZON)
    expect(await left()).toEqual([...late, ...other, open])
  })

  it('leaves what the walk has not passed or keeps apart, for that is not booked yet', async () => {
    const [apart, passed, next] = await pairs(3, 1)
    const { walk } = await position.begin()
    await position.store(walk, { ...WALK_START, mark: next!, stragglers: [apart!] })
    await retention().removeBefore(HORIZON)
    expect(passed).toBeDefined()
    expect(await left()).toEqual([apart, next])
  })

  it('that is killed in between is finished by the next one', async () => {
    const ids = await pairs(3, 1)
    const killed = {
      ...ended,
      oldest: ended.oldest.bind(ended),
      remove: () => Promise.reject(new Error('killed')),
    }
    await expect(retention({ ended: killed }).removeBefore(HORIZON)).rejects.toThrow('killed')
    expect(await left()).toEqual([])
    expect(await ended.present(ids)).toEqual(new Set(ids))
    expect(await kept()).toBe(firstIdAt(HORIZON))
    expect(await retention().removeBefore(HORIZON)).toMatchObject({ removed: 3 })
    expect(await ended.present(ids)).toEqual(new Set())
  })

  it('is off unless it is said how long things are kept', async () => {
    await pairs(1, 1)
    await retention().look()
    expect(await left()).toHaveLength(1)
    await retention({ keptFor: 1 }).look()
    expect(await left()).toHaveLength(0)
  })
})
