import { beforeEach, expect, it, vi } from 'vitest'

import { openLoop } from './open-loop.js'

beforeEach(() => {
  vi.useFakeTimers()
  return () => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  }
})

/** When calls were begun, in milliseconds. */
function loop(perSecond: number) {
  const begun: number[] = []
  const started = performance.now()
  const stop = openLoop(perSecond, () => begun.push(performance.now() - started))
  return { begun, stop }
}

it.each([0.5, 1, 7, 40, 500])('begins %d a second, evenly spaced', (perSecond) => {
  const { begun, stop } = loop(perSecond)
  vi.advanceTimersByTime(10_000)
  stop()
  expect(Math.abs(begun.length - 10 * perSecond)).toBeLessThanOrEqual(1)
  for (const [index, at] of begun.entries()) {
    expect(Math.abs(at - (index * 1_000) / perSecond)).toBeLessThanOrEqual(2)
  }
})

it.each([
  ['catches up on what it is late with', 500, 20],
  ['leaves out what it was asleep for', 3_600_000, 16],
])('%s', (_what, milliseconds, about) => {
  let begun = 0
  let asleep = 0
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + asleep)
  const stop = openLoop(10, () => {
    begun += 1
    if (begun === 5) asleep = milliseconds
  })
  vi.advanceTimersByTime(1_500)
  stop()
  expect(Math.abs(begun - about)).toBeLessThanOrEqual(1)
})

it('begins nothing more once it is stopped', () => {
  const { begun, stop } = loop(10)
  vi.advanceTimersByTime(1_000)
  stop()
  const before = begun.length
  vi.advanceTimersByTime(1_000)
  expect(begun).toHaveLength(before)
})

it('begins next to none a second without a flood', () => {
  const { begun, stop } = loop(1e-9)
  vi.advanceTimersByTime(60_000)
  stop()
  expect(begun).toEqual([0])
})
