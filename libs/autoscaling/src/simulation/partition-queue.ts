/**
 * What waits in one partition: a count for each step in which something came, oldest first. Serving some costs one turn for
 * each such step, not for each message.
 */
export class PartitionQueue {
  private steps = new Uint32Array(8)
  private counts = new Float64Array(8)
  private head = 0
  private size = 0
  waiting = 0

  /** @param step at which they came; never less than before */
  add(step: number, count: number): void {
    if (count === 0) return
    if (this.size === this.steps.length) this.grow()
    const slot = (this.head + this.size) & (this.steps.length - 1)
    this.steps[slot] = step
    this.counts[slot] = count
    this.size += 1
    this.waiting += count
  }

  /**
   * Takes the oldest ones.
   *
   * @param most as many as can be served
   * @param take told how many of those that came in one step go
   * @returns how many went
   */
  serve(most: number, take: (step: number, count: number) => void): number {
    let left = most
    while (left > 0 && this.size > 0) {
      const count = this.counts[this.head]!
      const taken = Math.min(count, left)
      take(this.steps[this.head]!, taken)
      left -= taken
      if (taken < count) {
        this.counts[this.head] = count - taken
      } else {
        this.head = (this.head + 1) & (this.steps.length - 1)
        this.size -= 1
      }
    }
    const served = most - left
    this.waiting -= served
    return served
  }

  /** The step in which the oldest came; undefined when nothing waits. */
  get oldest(): number | undefined {
    return this.size === 0 ? undefined : this.steps[this.head]
  }

  private grow(): void {
    const length = this.steps.length
    const steps = new Uint32Array(2 * length)
    const counts = new Float64Array(2 * length)
    for (let index = 0; index < length; index += 1) {
      const slot = (this.head + index) & (length - 1)
      steps[index] = this.steps[slot]!
      counts[index] = this.counts[slot]!
    }
    this.steps = steps
    this.counts = counts
    this.head = 0
  }
}
