import { setTimeout as sleep } from 'node:timers/promises'

import { type LoadOptions } from './load-options.js'
import { type LoadReport, type LoadSecond } from './load-report.js'
import { Recorder } from './recorder.js'
import { ANSWER_WITHIN, UsersClient } from './users-client.js'

/** How often the open loop looks at what is due, in milliseconds. */
const TICK = 2

/** One load: users are created for as long as the options say, and counted. */
export class Load {
  /** Of everything accepted, warm-up included. */
  readonly acceptedIds: string[] = []
  private readonly client: UsersClient
  private readonly recorder = new Recorder()
  private readonly stopping = new AbortController()
  private startedAt = 0
  private underWay = 0

  constructor(private readonly options: LoadOptions) {
    this.client = new UsersClient(options.url, options.connections)
  }

  /** Sends nothing more; what is under way is waited for. */
  stop(): void {
    if (this.isStopping) return
    this.stopping.abort()
    this.recorder.measured(Math.max(0, this.elapsed - this.warmUp) / 1_000)
  }

  /** @param eachSecond called while it runs */
  async run(eachSecond: (second: LoadSecond) => void): Promise<LoadReport> {
    this.startedAt = performance.now()
    let lastTick = 0
    const tick = () => {
      const now = this.elapsed
      // Timers are late, sometimes early: what the middle of the second is part of, the second is.
      eachSecond(this.recorder.tick(now / 1_000, (lastTick + now) / 2 < this.warmUp))
      lastTick = now
    }
    const timer = setInterval(tick, 1_000)
    const end = setTimeout(() => this.stop(), this.warmUp + this.duration)
    try {
      await (this.options.rate === undefined ? this.closedLoop() : this.openLoop(this.options.rate))
      await this.lastAnswers()
    } finally {
      clearInterval(timer)
      clearTimeout(end)
      await this.client.destroy()
    }
    tick()
    return this.recorder.report
  }

  /** Requests are sent when they are due, whether those before are answered or not. */
  private async openLoop(rate: number): Promise<void> {
    const all = Math.ceil(((this.warmUp + this.duration) / 1_000) * rate)
    let sent = 0
    while (!this.isStopping) {
      const due = Math.min(all, Math.floor((this.elapsed / 1_000) * rate) + 1)
      for (; sent < due; sent += 1) this.create((sent / rate) * 1_000, () => undefined)
      await sleep(TICK)
    }
  }

  /** Each client sends its next request when the one before is answered, or later if told so. */
  private async closedLoop(): Promise<void> {
    const client = async () => {
      while (!this.isStopping) {
        const { promise, resolve } = Promise.withResolvers<number>()
        this.create(this.elapsed, resolve)
        const wait = await promise
        if (wait) await sleep(wait, undefined, { signal: this.stopping.signal }).catch(() => {})
      }
    }
    await Promise.all(Array.from({ length: this.options.connections }, client))
  }

  /** An open loop's requests may be queued for ever: what is not answered in time has failed. */
  private async lastAnswers(): Promise<void> {
    const deadline = performance.now() + ANSWER_WITHIN
    while (this.underWay > 0 && performance.now() < deadline) await sleep(TICK)
  }

  /**
   * @param due milliseconds since the start
   * @param next told for how many milliseconds not to come back
   */
  private create(due: number, next: (wait: number) => void): void {
    const isMeasured = due >= this.warmUp
    this.underWay += 1
    this.recorder.sent(isMeasured)
    this.client.create((answer) => {
      this.underWay -= 1
      const now = this.elapsed
      this.recorder.answered(answer, {
        milliseconds: now - due,
        isMeasured,
        isInTime: now >= this.warmUp && !this.isStopping,
      })
      if (answer.kind === 'accepted') this.acceptedIds.push(answer.id)
      next(answer.kind === 'refused' ? answer.retryAfter * 1_000 : 0)
    })
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted
  }

  /** Milliseconds since the start. */
  private get elapsed(): number {
    return performance.now() - this.startedAt
  }

  private get warmUp(): number {
    return this.options.warmUp * 1_000
  }

  private get duration(): number {
    return this.options.duration * 1_000
  }
}
