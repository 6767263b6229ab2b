import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'

import { connectTestDatabase, eventually } from '#testing'

import { Lease } from './lease.js'

const connection = await connectTestDatabase()

const LONG = 60_000
const SHORT = 200

let name: string
const lease = (holder: string, duration = LONG) => new Lease(connection, name, holder, duration)

beforeEach(() => {
  name = randomUUID()
})

describe('a lease', () => {
  it('is had by the first who asks, and by nobody else meanwhile', async () => {
    expect(await lease('one').hold()).toBe(true)
    expect(await lease('two').hold()).toBe(false)
    expect(await lease('one').hold()).toBe(true)
  })

  it('is had by exactly one of many who ask at once', async () => {
    const askers = Array.from({ length: 20 }, (_, index) => lease(`asker ${index}`))
    const held = await Promise.all(askers.map((asker) => asker.hold()))
    expect(held.filter(Boolean)).toHaveLength(1)
  })

  it('is kept by the holder who asks again in time', async () => {
    const [keeper, other] = [lease('keeper', SHORT), lease('other', SHORT)]
    await keeper.hold()
    for (let asked = 0; asked < 20; asked += 1) {
      expect(await keeper.hold()).toBe(true)
      expect(await other.hold()).toBe(false)
    }
  })

  it('passes on when its holder says nothing', async () => {
    const [dead, heir] = [lease('dead', SHORT), lease('heir')]
    await dead.hold()
    expect(await heir.hold()).toBe(false)
    await eventually(async () => expect(await heir.hold()).toBe(true))
    expect(await dead.hold()).toBe(false)
  })

  it('passes on at once when it is released', async () => {
    await lease('one').hold()
    await lease('one').release()
    expect(await lease('two').hold()).toBe(true)
  })

  it('is not taken away by the release of one who does not hold it', async () => {
    await lease('one').hold()
    await lease('two').release()
    expect(await lease('three').hold()).toBe(false)
  })

  it('of one name says nothing about another', async () => {
    await lease('one').hold()
    expect(await new Lease(connection, randomUUID(), 'two', LONG).hold()).toBe(true)
  })
})
