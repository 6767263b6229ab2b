/** One partition: where it begins and where it ends. */
export interface PartitionRange {
  partition: number
  low: number
  high: number
}

/** Where a group goes on in each partition; -1 where it never committed. */
export type Committed = ReadonlyMap<number, number>

/** Records that ever came to a topic, those removed since among them: it only grows. */
export function endOf(ranges: readonly PartitionRange[]): number {
  return ranges.reduce((sum, { high }) => sum + high, 0)
}

/** Records that are in a topic. */
export function recordsIn(ranges: readonly PartitionRange[]): number {
  return ranges.reduce((sum, { low, high }) => sum + high - low, 0)
}

/**
 * Records that a group has yet to do. Of a partition in which it never committed that is all of it, for groups begin with the
 * earliest; what was removed before it was read does not count.
 */
export function lagOf(ranges: readonly PartitionRange[], committed: Committed): number {
  return ranges.reduce((sum, { partition, low, high }) => {
    const next = Math.max(low, committed.get(partition) ?? -1)
    // The end may have been asked for before the group went on.
    return sum + Math.max(0, high - next)
  }, 0)
}
