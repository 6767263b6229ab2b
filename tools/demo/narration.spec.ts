import { expect, test } from 'vitest'
import type { Moment } from './demo-run.ts'
import { eventOf, lineOf } from './narration.ts'

const moment: Moment = {
  at: 65.4,
  eventsPerSecond: 1_234.4,
  usersPerSecond: 15,
  lag: 431,
  replicas: { wanted: 5, ready: 5 },
  latency: null,
}
const lineAt = (changes: Partial<Moment>) => lineOf({ ...moment, ...changes })

test('a moment is one line', () => {
  expect(lineOf(moment)).toBe(' 1:05  15 users/s     1,234 events/s  431 waiting    5 replicas')
})

test('it says how many start, and what is not known', () => {
  expect(lineAt({ replicas: { wanted: 5, ready: 2 } })).toContain('5 replicas, 3 starting')
  expect(lineAt({ lag: null })).toContain('? waiting')
})

test('an event has its time', () => {
  expect(eventOf(3.2, 'The load stops.')).toBe(' 0:03  The load stops.')
})
