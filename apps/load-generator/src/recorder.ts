import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

import { type Latency, type LoadReport, type LoadSecond } from './load-report.js'
import { type Answer } from './users-client.js'

/** Two hours, in microseconds: what takes longer is counted as that, not left out. */
const LONGEST = 7_200_000_000

/** When an answer came. */
export interface Timing {
  /** Since the request was due. */
  milliseconds: number
  /** Whether the request was due after the warm-up. */
  isMeasured: boolean
  /** Whether the answer came after the warm-up and before the end. */
  isInTime: boolean
}

/** Counts, and a histogram of microseconds with three significant digits. */
class Tally {
  sent = 0
  accepted = 0
  refused = 0
  failed = 0
  private readonly histogram: RecordableHistogram = createHistogram({
    lowest: 1,
    highest: LONGEST,
    figures: 3,
  })

  add({ kind }: Answer, milliseconds: number): void {
    this[kind] += 1
    // A quick refusal is no quick acceptance.
    if (kind !== 'accepted') return
    this.histogram.record(Math.min(LONGEST, Math.max(1, Math.round(milliseconds * 1_000))))
  }

  get latency(): Latency {
    const at = (percentile: number) =>
      this.histogram.count === 0 ? 0 : this.histogram.percentile(percentile) / 1_000
    return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: at(100) }
  }
}

/** Keeps the books of a load: by the second, and of all that is measured. */
export class Recorder {
  private readonly total = new Tally()
  private second = new Tally()
  private acceptedWithWarmUp = 0
  private acceptedInTime = 0
  private measuredFor = 0
  private readonly failures: Record<string, number> = {}

  sent(isMeasured: boolean): void {
    this.second.sent += 1
    if (isMeasured) this.total.sent += 1
  }

  answered(answer: Answer, { milliseconds, isMeasured, isInTime }: Timing): void {
    this.second.add(answer, milliseconds)
    if (answer.kind === 'accepted') {
      this.acceptedWithWarmUp += 1
      if (isInTime) this.acceptedInTime += 1
    }
    if (!isMeasured) return
    this.total.add(answer, milliseconds)
    if (answer.kind === 'failed') {
      this.failures[answer.reason] = (this.failures[answer.reason] ?? 0) + 1
    }
  }

  /** Ends a second. */
  tick(at: number, isWarmUp: boolean): LoadSecond {
    const { sent, accepted, refused, failed, latency } = this.second
    this.second = new Tally()
    return { at, isWarmUp, sent, accepted, refused, failed, latency }
  }

  /** @param seconds how long requests were sent, without the warm-up */
  measured(seconds: number): void {
    this.measuredFor = seconds
  }

  get report(): LoadReport {
    const { sent, accepted, refused, failed, latency } = this.total
    return {
      seconds: this.measuredFor,
      sent,
      accepted,
      acceptedPerSecond: this.measuredFor ? this.acceptedInTime / this.measuredFor : 0,
      refused,
      failed,
      latency,
      failures: this.failures,
      acceptedWithWarmUp: this.acceptedWithWarmUp,
    }
  }
}
