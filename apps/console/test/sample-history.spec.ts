import { describe, expect, it } from 'vitest'

import { SampleHistory } from '../public/sample-history.js'
import type { Sample } from '../src/console.api.js'

const BEGIN = Date.parse('2026-01-02T03:04:05Z')

/** A sample of the given second. */
function sample(second: number, eventsPerSecond: number | null = second): Sample {
  return {
    at: new Date(BEGIN + second * 1_000).toISOString(),
    eventsPerSecond,
    usersPerSecond: 0,
    lag: null,
    replicas: {
      'operation-service': { wanted: 1, ready: 1 },
      'user-service': { wanted: 1, ready: 1 },
      'user-approval-service': { wanted: 1, ready: 1 },
    },
    nodes: 1,
    latency: null,
    books: null,
    deadLetters: null,
  }
}

function history(...samples: Sample[]): SampleHistory {
  const kept = new SampleHistory()
  kept.replace(samples)
  return kept
}

/** A line of the events, times in seconds. */
const line = (of: SampleHistory) =>
  of
    .points(({ eventsPerSecond }) => eventsPerSecond)
    .map(([time, value]) => [(time - BEGIN) / 1_000, value])

describe('The history of samples', () => {
  it('has a point for each sample', () => {
    expect(line(history(sample(0), sample(1)))).toEqual([
      [0, 0],
      [1, 1],
    ])
  })

  it('keeps a hole where a value is unknown', () => {
    expect(line(history(sample(0), sample(1, null), sample(2)))).toEqual([
      [0, 0],
      [1, null],
      [2, 2],
    ])
  })

  it('has a hole where samples are missing, and none where one comes a little late', () => {
    expect(line(history(sample(0), sample(10)))).toEqual([
      [0, 0],
      [0.001, null],
      [10, 10],
    ])
    expect(line(history(sample(0), sample(3)))).toHaveLength(2)
  })

  it('forgets what is older than ten minutes, and nothing younger', () => {
    const { samples } = history(sample(0), sample(1), sample(601))
    expect(samples.map(({ at }) => at)).toEqual([sample(1).at, sample(601).at])
  })

  it('takes a sample only once', () => {
    expect(history(sample(0), sample(1), sample(1)).samples).toHaveLength(2)
  })

  it('knows the highest value, and that there is none', () => {
    const highest = (of: SampleHistory) => of.highest(({ eventsPerSecond }) => eventsPerSecond)
    expect(highest(history(sample(0, 7), sample(1, null), sample(2, 3)))).toBe(7)
    expect(highest(history(sample(0, null)))).toBeNull()
  })

  it('finds the sample of a time between two', () => {
    const kept = history(sample(0), sample(1), sample(2))
    expect(kept.at(BEGIN + 1_900)?.at).toBe(sample(1).at)
    expect(kept.at(BEGIN - 5)?.at).toBe(sample(0).at)
  })
})
