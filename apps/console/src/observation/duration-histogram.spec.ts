import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  type Buckets,
  durationBuckets,
  DurationWatch,
  increase,
  quantile,
  sum,
} from './duration-histogram.js'

/** Buckets by how many fell in each. */
function buckets(...inside: [bound: number, count: number][]): Buckets {
  let below = 0
  return new Map(inside.map(([bound, count]) => [bound, (below += count)]))
}

describe('a quantile', () => {
  it.each([
    ['begins at 0 in the first bucket', 0.5, buckets([1, 10], [Infinity, 0]), 0.5],
    ['is linear in a bucket', 0.5, buckets([0.2, 2], [0.4, 6], [1, 2], [Infinity, 0]), 0.3],
    ['ends with its bucket', 0.8, buckets([0.2, 2], [0.4, 6], [1, 2], [Infinity, 0]), 0.4],
    [
      'skips buckets without any',
      0.99,
      buckets([0.2, 0], [0.4, 0], [1, 100], [Infinity, 0]),
      0.994,
    ],
    ['is the last bound beyond it', 0.99, buckets([0.2, 1], [1, 0], [Infinity, 99]), 1],
    ['of nothing is not known', 0.5, buckets([0.2, 0], [Infinity, 0]), null],
    ['of no histogram is not known', 0.5, new Map(), null],
  ])('%s', (_what, share, of, expected) => {
    const found = quantile(of, share)
    if (expected === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(expected, 10)
  })

  const histogram = fc
    .array(
      fc.tuple(
        fc.double({ min: 0.01, max: 1_000, noNaN: true }),
        fc.integer({ min: 0, max: 1_000 }),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((counts) =>
      buckets(...[...new Map(counts)].toSorted(([one], [other]) => one - other), [Infinity, 1] as [
        number,
        number,
      ]),
    )

  it('never falls as the share grows, and lies within the bounds', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(histogram, share, share, (of, one, other) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)].map((each) =>
          quantile(of, each)!,
        ) as [number, number]
        // Two ways of reckoning the same bound differ in their last digit.
        expect(low).toBeLessThanOrEqual(high + 1e-9)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual([...of.keys()].at(-2)! + 1e-9)
      }),
    )
  })

  it('lies in the bucket of the value that it estimates', () => {
    const bounds = [0.1, 0.25, 0.5, 1, 2.5, 5]
    const values = fc.array(fc.double({ min: 0.001, max: 5, noNaN: true }), {
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.9, 0.99), (all, share) => {
        const of = new Map(
          [...bounds, Infinity].map((bound) => [bound, all.filter((one) => one <= bound).length]),
        )
        const exact = all.toSorted((one, other) => one - other)[
          Math.ceil(share * all.length - 1e-9) - 1
        ]!
        const bucket = bounds.findIndex((bound) => exact <= bound)
        const estimate = quantile(of, share)!
        expect(estimate).toBeGreaterThanOrEqual((bounds[bucket - 1] ?? 0) - 1e-9)
        expect(estimate).toBeLessThanOrEqual(bounds[bucket]! + 1e-9)
      }),
    )
  })
})

describe('what a replica tells Prometheus', () => {
  const page = `# TYPE tideway_operation_duration_seconds histogram
tideway_operation_duration_seconds_bucket{le="0.1"} 0
tideway_operation_duration_seconds_bucket{le="0.25"} 3
tideway_operation_duration_seconds_bucket{le="+Inf"} 4
tideway_operation_duration_seconds_sum 31.4
tideway_operation_duration_seconds_count 4
tideway_handle_duration_seconds_bucket{le="0.1",topic="user-create"} 9
`

  it('is read bucket by bucket', () => {
    expect([...durationBuckets(page)]).toEqual([
      [0.1, 0],
      [0.25, 3],
      [Infinity, 4],
    ])
  })

  it('is refused without the histogram', () => {
    expect(() => durationBuckets('nodejs_eventloop_lag_seconds 0.1\n')).toThrow(
      'There is no tideway_operation_duration_seconds.',
    )
  })
})

describe('what a second has added', () => {
  const before = buckets([1, 2], [Infinity, 1])
  const now = buckets([1, 5], [Infinity, 2])

  it('is the increase of each counter', () => {
    expect(increase(before, now)).toEqual(buckets([1, 3], [Infinity, 1]))
  })

  it('is all that there is when the counters began anew', () => {
    expect(increase(now, before)).toEqual(before)
  })

  it('is added up over replicas', () => {
    expect(sum([before, now])).toEqual(buckets([1, 7], [Infinity, 3]))
    const watch = new DurationWatch()
    watch.look(new Map([['one', before]]))
    const added = watch.look(
      new Map([
        ['one', now],
        ['two', now],
      ]),
    )
    expect(added).toEqual(buckets([1, 3], [Infinity, 1]))
    expect(watch.look(new Map([['two', now]])).get(Infinity)).toBe(0)
  })
})
