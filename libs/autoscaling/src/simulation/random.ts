/** Numbers that look random and follow from a seed (mulberry32), and draws of counts from them. */
export class Dice {
  private state: number

  /** @param seed 32 bits of it count */
  constructor(seed: number) {
    this.state = seed >>> 0
  }

  /** From 0 to below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let mixed = this.state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** How many come in a time in which so many come on average (Poisson). */
  count(mean: number): number {
    if (mean <= 0) return 0
    if (mean > MANY) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.normal()))
    let left = Math.exp(-mean)
    let draw = this.next()
    let times = 0
    // Inversion: one draw for each count, however large.
    while (draw > left && times < MOST) {
      draw -= left
      times += 1
      left *= mean / times
    }
    return times
  }

  /** Box and Muller */
  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

/** Above this, a normal distribution is near enough. */
const MANY = 30
const MOST = 1_000
