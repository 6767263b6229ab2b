import { expect, test, vi } from 'vitest'
import { interruptionOf } from './interruption.ts'

test('the copies of one Ctrl-C, within two seconds, are one', () => {
  const actions = { stop: vi.fn<() => void>(), force: vi.fn<() => void>() }
  const interrupt = interruptionOf(actions)
  for (const time of [10_000, 10_003, 12_000]) interrupt(time)
  expect(actions.stop).toHaveBeenCalledTimes(1)
  expect(actions.force).not.toHaveBeenCalled()
})

test('a second one, later, forces the stop', () => {
  const actions = { stop: vi.fn<() => void>(), force: vi.fn<() => void>() }
  const interrupt = interruptionOf(actions)
  for (const time of [10_000, 12_001]) interrupt(time)
  expect(actions.stop).toHaveBeenCalledTimes(1)
  expect(actions.force).toHaveBeenCalledTimes(1)
})
