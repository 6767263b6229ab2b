import { Dice } from '../../libs/autoscaling/src/simulation/random.ts'

/** Draws of what happens, from numbers that follow from a seed. */
export class Random extends Dice {
  between(least: number, most: number): number {
    return least + (most - least) * this.next()
  }

  /** A time between two events that come independently of each other, so often on average. */
  gap(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  pick<T>(all: readonly T[]): T {
    const picked = all[Math.floor(this.next() * all.length)]
    if (picked === undefined) throw new Error('There is nothing to pick from.')
    return picked
  }

  /** One of the names, each as often as its weight says. */
  weighted<Name extends string>(weights: Partial<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [name, weight] of entries) {
      left -= weight
      if (left < 0) return name
    }
    throw new Error('There is nothing to pick from.')
  }
}
