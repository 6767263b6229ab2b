/** Users a second over time, one value for each step. */
export interface Load {
  stepSeconds: number
  rates: Float64Array
}

/** Users a second at a second. */
export type Profile = (second: number) => number

/** @throws RangeError when there are not at least two steps, or a rate is no rate */
export function loadOf(profile: Profile, seconds: number, stepSeconds: number): Load {
  const steps = Math.round(seconds / stepSeconds)
  if (!(steps >= 2))
    throw new RangeError(`${seconds} s are less than two steps of ${stepSeconds} s.`)
  const rates = new Float64Array(steps)
  for (let step = 0; step < steps; step += 1) {
    const rate = profile(step * stepSeconds)
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw new RangeError(`The rate at ${step * stepSeconds} s is ${rate}: give 0 or more.`)
    }
    rates[step] = rate
  }
  return { stepSeconds, rates }
}

/** From one rate to another at once, and back after a time. */
export function plateau({ base, peak, from, to }: Peak): Profile {
  return (second) => (second >= from && second < to ? peak : base)
}

/** Evenly from one rate up to another, and there it stays. */
export function ramp({ base, peak, from, to }: Peak): Profile {
  return (second) => base + (peak - base) * Math.min(1, Math.max(0, (second - from) / (to - from)))
}

/**
 * Waves of a day: the least at a quarter of it, the most at three quarters.
 *
 * @param period in seconds
 */
export function daily(base: number, peak: number, period: number): Profile {
  return (second) => base + ((peak - base) * (1 - Math.sin((2 * Math.PI * second) / period))) / 2
}

/** A crowd that comes within a tenth of the time from `from` to `to` and goes ever more slowly. */
export function flashCrowd({ base, peak, from, to }: Peak): Profile {
  const rise = (to - from) / 10
  const fall = (to - from) / 4
  return (second) => {
    if (second < from) return base
    if (second < from + rise) return base + ((peak - base) * (second - from)) / rise
    return base + (peak - base) * Math.exp(-(second - from - rise) / fall)
  }
}

/** Several rates, each for as long. */
export function stairs(rates: readonly number[], secondsEach: number): Profile {
  return (second) => rates[Math.min(rates.length - 1, Math.floor(second / secondsEach))] ?? 0
}

/** Points of time and rate, straight lines between them. @param points by time */
export function points(all: readonly (readonly [second: number, rate: number])[]): Profile {
  return (second) => {
    const next = all.findIndex(([at]) => at > second)
    if (next === -1) return all.at(-1)?.[1] ?? 0
    const [to, rate] = all[next]!
    const [from, before] = all[next - 1] ?? [to, rate]
    return to === from ? rate : before + ((rate - before) * (second - from)) / (to - from)
  }
}

export interface Peak {
  /** Users a second outside of it. */
  base: number
  /** Users a second in it. */
  peak: number
  /** Seconds. */
  from: number
  to: number
}
