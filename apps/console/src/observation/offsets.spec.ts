import { describe, expect, it } from 'vitest'

import { endOf, lagOf, recordsIn } from './offsets.js'

const ranges = [
  { partition: 0, low: 0, high: 10 },
  { partition: 1, low: 5, high: 25 },
]

it('records that came are told by the ends, those that are there without what was removed', () => {
  expect(endOf(ranges)).toBe(35)
  expect(recordsIn(ranges)).toBe(30)
})

describe('the lag', () => {
  it.each([
    ['is what comes after the committed offsets', [10, 20], 5],
    ['is nothing once all is committed', [10, 25], 0],
    ['is all of a partition in which nothing was ever committed', [10, -1], 20],
    ['leaves out what was removed before it was read', [10, 2], 20],
    ['is never less than nothing', [12, 25], 0],
  ])('%s', (_what, [first, second], lag) => {
    const committed = new Map([
      [0, first!],
      [1, second!],
    ])
    expect(lagOf(ranges, committed)).toBe(lag)
  })

  it('is all that there is for a group that the broker does not know', () => {
    expect(lagOf(ranges, new Map())).toBe(30)
  })
})
