import { expect, test } from 'vitest'
import { isSuccess, totalsLine, totalsOf } from './totals.ts'

test('skipped tests are only mentioned when there are some', () => {
  expect(totalsLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed')
  expect(totalsLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped')
})

test('nothing that ran is no success', () => {
  expect(isSuccess({ passed: 0, failed: 0, skipped: 4 })).toBe(false)
  expect(isSuccess({ passed: 1, failed: 0, skipped: 4 })).toBe(true)
})

test('a run that fails without a failed test counts as one failure', () => {
  const passed = { passed: 3, failed: 0, skipped: 0 }
  expect(totalsOf(passed, 1)).toEqual({ ...passed, failed: 1 })
  expect(totalsOf({ ...passed, failed: 2 }, 1)).toEqual({ ...passed, failed: 2 })
  expect(totalsOf(passed, 0)).toEqual(passed)
})

test('a run that broke before it had totals is one failure', () => {
  expect(totalsOf(undefined, 137)).toEqual({ passed: 0, failed: 1, skipped: 0 })
})
