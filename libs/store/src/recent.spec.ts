import { describe, expect, it } from 'vitest'

import { Recent } from './recent.js'

const record = (_id: string, name = 'alice') => ({ _id, name })
const records = (from: number, below: number) =>
  Array.from({ length: below - from }, (_, index) => record(String(from + index)))

describe('what was stored last', () => {
  it('is remembered, and nothing else', () => {
    const recent = new Recent()
    recent.add([record('a'), record('b')])
    expect(recent.get('a')).toEqual(record('a'))
    expect([recent.has('a'), recent.has('b'), recent.has('c')]).toEqual([true, true, false])
    expect(recent.get('c')).toBeUndefined()
  })

  it('is remembered as it was, whatever is done to what was given or taken', () => {
    const recent = new Recent<{ _id: string; name: string }>()
    const given = record('a')
    recent.add([given])
    given.name = 'mallory'
    recent.get('a')!.name = 'mallory'
    expect(recent.get('a')).toEqual(record('a'))
  })

  it.each([1, 3, 10])('is remembered for as many records as it should, stored by %i', (step) => {
    const recent = new Recent(10)
    for (let from = 0; from < 100; from += step) {
      const below = from + step
      recent.add(records(from, below))
      const last = records(Math.max(0, below - 10), below)
      expect(last.map(({ _id }) => recent.get(_id))).toEqual(last)
    }
  })

  it('is forgotten when twice as many have been stored', () => {
    const recent = new Recent(10)
    for (let from = 0; from < 100; from += 1) {
      recent.add(records(from, from + 1))
      expect(recent.has(String(from - 20))).toBe(false)
    }
  })

  it('is remembered though it is more at once than it should be', () => {
    const recent = new Recent(10)
    recent.add(records(0, 50))
    expect(records(0, 50).every(({ _id }) => recent.has(_id))).toBe(true)
    recent.add(records(50, 60))
    expect(recent.has('0')).toBe(false)
    expect(records(50, 60).every(({ _id }) => recent.has(_id))).toBe(true)
  })
})
