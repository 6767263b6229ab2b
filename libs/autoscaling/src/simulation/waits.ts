/** Percentiles of waiting times without keeping them: counts in classes, each 2 % wider than the one before. */
export class Waits {
  private readonly classes = new Float64Array(CLASSES)
  private total = 0
  private sum = 0
  longest = 0

  /** @param seconds that so many have waited */
  add(seconds: number, count: number): void {
    this.classes[classOf(seconds)]! += count
    this.total += count
    this.sum += seconds * count
    this.longest = Math.max(this.longest, seconds)
  }

  get mean(): number {
    return this.total === 0 ? 0 : this.sum / this.total
  }

  /** Seconds that such a share of all has waited at most; 0 when there are none. At most 2 % too much. */
  percentile(share: number): number {
    let left = this.total * share
    for (let index = 0; index < CLASSES; index += 1) {
      left -= this.classes[index]!
      if (left <= 0) return Math.min(this.longest, LEAST * WIDTH ** index)
    }
    return this.longest
  }
}

const LEAST = 0.001
const WIDTH = 1.02
/** Up to ten days. */
const CLASSES = 1_050

function classOf(seconds: number): number {
  const index = Math.ceil(Math.log(Math.max(seconds, LEAST) / LEAST) / Math.log(WIDTH) - 1e-9)
  return Math.min(CLASSES - 1, Math.max(0, index))
}
