import { beforeEach, describe, expect, it } from 'vitest'

import { firstIdAt } from '#contracts'
import { connectTestDatabase, MemoryDatabase } from '#testing'

import { collectionOf } from './collection.js'
import { WALK_START } from './open-walk.js'
import { WalkPosition } from './walk-position.repository.js'

const connection = await connectTestDatabase()
const idAgo = (milliseconds: number) => firstIdAt(Date.now() - milliseconds)
const totals = { begun: 3, ended: { completed: 3 } }

const databases = {
  'in the database': async () => {
    await collectionOf(connection, 'walk').deleteMany({})
    return connection
  },
  'in memory': async () => new MemoryDatabase().connection(),
}

describe.each(Object.entries(databases))("a walk's position, %s,", (_, open) => {
  let position: WalkPosition

  beforeEach(async () => {
    position = new WalkPosition(await open())
  })

  it('is the start, until one is stored', async () => {
    expect(await position.read()).toEqual(WALK_START)
    expect((await position.begin()).state).toEqual(WALK_START)
  })

  it('is where the last walk got to, for readers and for the next one', async () => {
    const { walk } = await position.begin()
    const [apart, mark] = [idAgo(120_000), idAgo(60_000)]
    expect(await position.store(walk, { mark, stragglers: [apart], totals })).toBe(true)
    expect(await position.read()).toEqual({ mark, stragglers: [apart], totals })
    expect((await position.begin()).state).toEqual({ mark, stragglers: [apart], totals })
  })

  it('is stored by the walk that began last only', async () => {
    const [first, second] = [await position.begin(), await position.begin()]
    expect(await position.store(second.walk, { ...WALK_START, mark: idAgo(20_000) })).toBe(true)
    const { mark } = await position.read()
    expect(await position.store(first.walk, { ...WALK_START, mark: idAgo(30_000) })).toBe(false)
    expect((await position.read()).mark).toBe(mark)
  })

  it('lies below what was noticed, until a walk has begun there', async () => {
    const { walk } = await position.begin()
    const [apart, late, later, mark] = [400_000, 300_000, 200_000, 100_000].map(idAgo)
    await position.store(walk, { mark: mark!, stragglers: [apart!, later!], totals })
    await position.notice([later!, late!])
    const seen = await position.read()
    expect(seen.mark < late! && seen.mark > apart!).toBe(true)
    // The other one lies above the mark now, and is met there.
    expect(seen.stragglers).toEqual([apart])
    const next = await position.begin()
    expect(next.state).toEqual(seen)
    await position.store(next.walk, { mark: mark!, stragglers: [apart!, late!, later!], totals })
    expect(await position.read()).toMatchObject({ mark, stragglers: [apart, late, later] })
  })

  it('is put back by what is noticed while a walk is under way, whatever that stores', async () => {
    const { walk } = await position.begin()
    const [late, mark] = [idAgo(200_000), idAgo(100_000)]
    await position.notice([late])
    await position.store(walk, { mark, stragglers: [], totals })
    expect((await position.read()).mark < late).toBe(true)
    expect((await position.begin()).state.mark < late).toBe(true)
  })

  it('does not go up from the start because something was noticed', async () => {
    await position.notice([idAgo(200_000)])
    expect((await position.begin()).state).toEqual(WALK_START)
  })

  it('stays where it is for what is young: no mark is past that', async () => {
    const { walk } = await position.begin()
    const mark = idAgo(10_000)
    await position.store(walk, { mark, stragglers: [], totals })
    await position.notice([idAgo(1_000), idAgo(0)])
    expect((await position.read()).mark).toBe(mark)
  })
})
