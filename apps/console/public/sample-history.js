/** @import { Sample } from '../src/console.api.js' */

const KEPT_MS = 10 * 60_000
/** Samples that are further apart than this have something missing between them. */
const GAP_MS = 3_500

/** @typedef {Sample & { time: number }} TimedSample `time` in milliseconds since 1970 */
/** @typedef {[time: number, value: number | null]} Point */

/** The samples of the last ten minutes, oldest first. */
export class SampleHistory {
  /** @type {TimedSample[]} */
  samples = []

  /** @param {Sample[]} samples instead of those that were here */
  replace(samples) {
    this.samples = []
    for (const sample of samples) this.add(sample)
  }

  /** @param {Sample} sample the newest; one that is no newer than the last is left out */
  add(sample) {
    const time = Date.parse(sample.at)
    const last = this.latest
    if (last && time <= last.time) return
    this.samples.push({ ...sample, time })
    const kept = this.samples.findIndex((other) => other.time >= time - KEPT_MS)
    this.samples.splice(0, kept)
  }

  get latest() {
    return this.samples.at(-1)
  }

  /** The last sample up to a time. @param {number} time */
  at(time) {
    return this.samples.findLast((sample) => sample.time <= time) ?? this.samples[0]
  }

  /**
   * A line through the samples, with a hole where there is no value or no sample.
   *
   * @param {(sample: Sample) => number | null} of
   * @returns {Point[]}
   */
  points(of) {
    /** @type {Point[]} */
    const points = []
    for (const sample of this.samples) {
      const before = points.at(-1)
      if (before && sample.time - before[0] > GAP_MS) points.push([before[0] + 1, null])
      points.push([sample.time, of(sample)])
    }
    return points
  }

  /**
   * @param {(sample: Sample) => number | null} of
   * @returns {number | null} null when there was no value at all
   */
  highest(of) {
    return this.samples.reduce((highest, sample) => {
      const value = of(sample)
      return value === null ? highest : Math.max(highest ?? value, value)
    }, /** @type {number | null} */ (null))
  }
}
