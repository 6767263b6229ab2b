import { expect, it } from 'vitest'

import { Rate } from './rate.js'

it('is the increase for each second since the last count', () => {
  const rate = new Rate()
  expect(rate.of(100, 0)).toBeNull()
  expect(rate.of(160, 1_000)).toBe(60)
  expect(rate.of(190, 3_000)).toBe(15)
  expect(rate.of(190, 4_000)).toBe(0)
})

it('spreads what came while nobody could count over that time', () => {
  const rate = new Rate()
  rate.of(100, 0)
  expect(rate.of(400, 3_000)).toBe(100)
})

it('is not known when the count began anew, and goes on from there', () => {
  const rate = new Rate()
  rate.of(100, 0)
  expect(rate.of(10, 1_000)).toBeNull()
  expect(rate.of(30, 2_000)).toBe(20)
})
