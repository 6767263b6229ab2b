import { expect, it } from 'vitest'

import { booksOf } from './books.js'

const now = Date.parse('2025-11-20T05:07:40Z')
const counts = { accepted: 10, completed: 6, failed: 1, pending: 3, unpublished: 2 }

it('are what operation-service counts, and how long the oldest waits', () => {
  expect(booksOf({ ...counts, oldestPending: '2025-11-20T05:07:37.600Z' }, now)).toEqual({
    ...counts,
    oldestPending: 2.4,
  })
})

it('have no oldest when nothing is pending, and none that is still to come', () => {
  expect(booksOf(counts, now).oldestPending).toBeNull()
  expect(booksOf({ ...counts, oldestPending: '2025-11-20T05:07:41Z' }, now).oldestPending).toBe(0)
})

it.each([[null], ['books'], [{ ...counts, failed: '1' }], [{}]])('are not %j', (summary) => {
  expect(() => booksOf(summary, now)).toThrow('The summary has no')
})
