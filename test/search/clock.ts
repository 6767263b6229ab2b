import { vi } from 'vitest'

interface Timer {
  owner: object
  at: number
  call: () => void
}

const turnOfTheEventLoop = globalThis.setImmediate
/** Time goes on from search to search, for ids are made by time, and one process makes them all. */
let latest = Date.now()

/**
 * Time, as the search lets it pass. One process moves at a time, until it has nothing left to do but wait; what it
 * sets its timers to is its own, and goes with it.
 */
export class Clock {
  private timers: Timer[] = []
  private immediates: (() => void)[] = []
  private owner: object = this

  /** From here on the globals tell and keep this time. */
  install(): void {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: latest })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    vi.stubGlobal('setTimeout', (call: () => void, milliseconds = 1) =>
      this.set(this.owner, milliseconds, call),
    )
    vi.stubGlobal('clearTimeout', (timer: Timer | undefined) => {
      if (timer) this.remove(timer)
    })
    vi.stubGlobal('setImmediate', (call: () => void) => this.immediates.push(call))
  }

  uninstall(): void {
    latest = Date.now()
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.useRealTimers()
  }

  /** Calls, as this owner, after so many milliseconds. */
  set(owner: object, milliseconds: number, call: () => void): Timer {
    const timer = { owner, at: Date.now() + Math.max(1, milliseconds), call }
    this.timers.push(timer)
    return timer
  }

  /** Does something as this owner, and lets it go on as far as it can without time or answers. */
  async as(owner: object, work: () => void): Promise<void> {
    this.owner = owner
    work()
    do {
      await new Promise<void>((resolve) => turnOfTheEventLoop(resolve))
    } while (this.callImmediates())
    this.owner = this
  }

  /** Time passes; what is due meanwhile happens, one thing after the other. */
  async pass(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds
    for (let next = this.next(); next && next.at <= end; next = this.next()) {
      this.goTo(next.at)
      this.remove(next)
      await this.as(next.owner, next.call)
    }
    this.goTo(end)
  }

  /** Time passes for all at once, as when a machine sleeps: each timer is late, and calls once. */
  async leap(milliseconds: number): Promise<void> {
    this.goTo(Date.now() + milliseconds)
    await this.pass(0)
  }

  /** @returns milliseconds until the next timer is due */
  get untilNext(): number {
    const next = this.next()
    return next ? Math.max(0, next.at - Date.now()) : 0
  }

  /** What this owner waits for never comes. */
  forget(owner: object): void {
    this.timers = this.timers.filter((timer) => timer.owner !== owner)
  }

  clear(): void {
    this.timers = []
  }

  private next(): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.timers) if (!next || timer.at < next.at) next = timer
    return next
  }

  private remove(timer: Timer): void {
    const index = this.timers.indexOf(timer)
    if (index >= 0) this.timers.splice(index, 1)
  }

  private goTo(time: number): void {
    if (time > Date.now()) vi.advanceTimersByTime(time - Date.now())
  }

  private callImmediates(): boolean {
    const due = this.immediates.splice(0)
    for (const call of due) call()
    return due.length > 0
  }
}
