/** How long operations took, as operation-service tells Prometheus. */
export const DURATION_METRIC = 'tideway_operation_duration_seconds'

/** Counts by their upper bounds in seconds, each with those below it, the last one infinite; as Prometheus has them. */
export type Buckets = ReadonlyMap<number, number>

const BUCKET = new RegExp(
  `^${DURATION_METRIC}_bucket\\{(?:[^}]*,)?le="([^"]+)"[^}]*\\} ([0-9.e+]+)$`,
  'gm',
)

/**
 * The histogram of operations' durations.
 * @param page what a replica of operation-service tells Prometheus
 * @throws when it is not there
 */
export function durationBuckets(page: string): Buckets {
  const buckets = new Map<number, number>()
  for (const [, bound, count] of page.matchAll(BUCKET)) {
    buckets.set(bound === '+Inf' ? Infinity : Number(bound), Number(count))
  }
  if (!buckets.has(Infinity)) throw new Error(`There is no ${DURATION_METRIC}.`)
  return buckets
}

/** What came between two looks at the same counters: all of it, when they began anew in between. */
export function increase(before: Buckets, now: Buckets): Buckets {
  const beganAnew = (now.get(Infinity) ?? 0) < (before.get(Infinity) ?? 0)
  return beganAnew
    ? now
    : new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))
}

/** The histograms of several as one. */
export function sum(all: readonly Buckets[]): Buckets {
  const total = new Map<number, number>()
  for (const buckets of all) {
    for (const [bound, count] of buckets) total.set(bound, (total.get(bound) ?? 0) + count)
  }
  return total
}

/**
 * A quantile as Prometheus' `histogram_quantile` estimates it: linear within the bucket that it falls in, of which the first
 * begins at 0; of the last, which has no end, where it begins.
 *
 * @param share from 0 to 1
 * @returns seconds; null when nothing is counted
 */
export function quantile(buckets: Buckets, share: number): number | null {
  const bounds = [...buckets.keys()].toSorted((one, other) => one - other)
  const total = buckets.get(Infinity) ?? 0
  if (total <= 0) return null
  const rank = share * total
  const index = bounds.findIndex((bound) => buckets.get(bound)! >= rank)
  const end = bounds[index]!
  const [begin, below] =
    index === 0 ? [0, 0] : [bounds[index - 1]!, buckets.get(bounds[index - 1]!)!]
  if (end === Infinity) return begin
  const inside = buckets.get(end)! - below
  return inside <= 0 ? begin : begin + ((end - begin) * (rank - below)) / inside
}

/** Remembers the counters of each replica, and tells what the last look has added. */
export class DurationWatch {
  private before = new Map<string, Buckets>()

  /**
   * @param now the counters of every replica, by its name
   * @returns of those that have ended since the look before, over all replicas; a replica that was not there then begins to
   * count
   */
  look(now: ReadonlyMap<string, Buckets>): Buckets {
    const increases = [...now].flatMap(([replica, buckets]) => {
      const before = this.before.get(replica)
      return before === undefined ? [] : [increase(before, buckets)]
    })
    this.before = new Map(now)
    return sum(increases)
  }
}
