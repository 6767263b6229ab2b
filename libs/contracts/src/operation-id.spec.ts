import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { acceptedAt, firstIdAt, newOperationId, OPERATION_ID_PATTERN } from './operation-id.js'

const PATTERN = new RegExp(OPERATION_ID_PATTERN)
const times = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const ids = fc.uuid({ version: 7 })

describe('a new id', () => {
  it('matches the pattern of ids, and is of now', () => {
    const before = Date.now()
    const id = newOperationId()
    expect(id).toMatch(PATTERN)
    expect(acceptedAt(id)).toBeGreaterThanOrEqual(before)
    expect(acceptedAt(id)).toBeLessThanOrEqual(Date.now())
  })

  it('is greater than all before it, also within a millisecond', () => {
    const made = Array.from({ length: 20_000 }, newOperationId)
    expect(made).toEqual(made.toSorted())
    expect(new Set(made).size).toBe(made.length)
  })
})

describe('the pattern of ids', () => {
  it.each([
    ['of another version', '019a9f00-0000-4000-8000-000000000001'],
    ['of another variant', '019a9f00-0000-7000-c000-000000000001'],
    ['in upper case', '019A9F00-0000-7000-8000-000000000001'],
    ['without hyphens', '019a9f00000070008000000000000001'],
    ['with something before it', ' 019a9f00-0000-7000-8000-000000000001'],
    ['with something after it', '019a9f00-0000-7000-8000-000000000001\n'],
  ])('refuses one %s', (_, id) => {
    expect(id).not.toMatch(PATTERN)
  })
})

describe('the time of an id', () => {
  it('is what the first id of that time was made of', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(acceptedAt(firstIdAt(time))).toBe(time)
      }),
    )
  })

  it('is the first 48 bits of the UUID, as RFC 9562 shows it in its appendix A.6', () => {
    expect(acceptedAt('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')).toBe(0x01_7f_22_e2_79_b0)
  })
})

describe('the first id at a time', () => {
  it('matches the pattern of ids', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(firstIdAt(time)).toMatch(PATTERN)
      }),
    )
  })

  it('is not greater than any id of that time, and greater than all before', () => {
    fc.assert(
      fc.property(ids, (id) => {
        expect(firstIdAt(acceptedAt(id)) <= id).toBe(true)
        expect(firstIdAt(acceptedAt(id) + 1) > id).toBe(true)
      }),
    )
  })

  it('orders as time does', () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        expect(firstIdAt(one) < firstIdAt(other)).toBe(one < other)
      }),
    )
  })

  it('takes what lies before the epoch for the epoch, and part of a millisecond for its beginning', () => {
    expect(firstIdAt(-1)).toBe(firstIdAt(0))
    expect(firstIdAt(1.9)).toBe(firstIdAt(1))
  })
})
