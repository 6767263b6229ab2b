import { expect, test } from 'vitest'
import { imbalancesOf, withLatency } from './accounts.ts'
import type { DemoRun } from './demo-run.ts'

const balanced = { accepted: 10, completed: 6, failed: 1, pending: 3, answered: 10 }

test('accounts balance when what was accepted has ended or is pending', () => {
  expect(imbalancesOf(balanced)).toEqual([])
})

test('an outcome without an operation, and an operation that is nowhere, are found', () => {
  expect(imbalancesOf({ ...balanced, completed: 7 })).toEqual([
    '10 accepted are not 7 completed + 1 failed + 3 pending',
  ])
})

test('more answers than records are a loss; fewer are those of a process that was killed', () => {
  expect(imbalancesOf({ ...balanced, answered: 11 })).toEqual([
    '11 were answered with 202, and 10 are stored',
  ])
  expect(imbalancesOf({ ...balanced, answered: 4 })).toEqual([])
})

test('a moment has the latencies of what finished since the one before', () => {
  const startedAt = '2026-01-01T00:00:00.000Z'
  const begin = Date.parse(startedAt)
  const moments = [1, 2, 3].map((at) => ({ at, latency: null }))
  const run = { startedAt, moments } as unknown as DemoRun
  const finished = [0.5, 4, 0.3, 0.2].map((seconds, index) => ({
    at: begin + [2_500, 900, 1_000, 2_900][index]!,
    seconds,
  }))
  expect(withLatency(run, finished).moments.map(({ latency }) => latency)).toEqual([
    { p50: 0.3, p99: 4 },
    null,
    { p50: 0.2, p99: 0.5 },
  ])
})
