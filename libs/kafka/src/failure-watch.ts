/** More messages than these, failing within the window, are not poison: the program is at fault. */
const DISTINCT_FAILURES = 10
const WINDOW = 60_000
const PAUSE = 30_000

/**
 * Tells one bad message from a bad program. A message whose handler keeps failing goes to the dead letters; but when
 * many different ones fail within a minute, the consumer stops for a while instead, and then any one failure stops it
 * again until a minute went by without.
 */
export class FailureWatch {
  private readonly failures: number[] = []
  private pausedUntil = 0
  private suspiciousUntil = 0

  /** @param now milliseconds, growing */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a message that failed for good. @returns whether to put it among the dead letters */
  isPoison(): boolean {
    const now = this.now()
    if (now < this.pausedUntil) return false
    this.failures.push(now)
    while (this.failures[0]! <= now - WINDOW) this.failures.shift()
    if (now >= this.suspiciousUntil && this.failures.length <= DISTINCT_FAILURES) return true
    this.pausedUntil = now + PAUSE
    this.suspiciousUntil = now + PAUSE + WINDOW
    return false
  }

  /** @returns milliseconds until handlers may be called again; 0 when they may */
  get pause(): number {
    return Math.max(0, this.pausedUntil - this.now())
  }
}
