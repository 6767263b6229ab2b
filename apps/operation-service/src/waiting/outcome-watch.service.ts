import { Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { Health } from '#service-defaults'

import { OperationsRepository } from '../operations/operations.repository.js'
import { type OutcomeRecord } from '../operations/outcome.schema.js'

/** Milliseconds between two looks. */
const TICK = 20
/** Operations asked for at once. */
const PAGE = 5_000

type Told = (outcome: OutcomeRecord) => void

/**
 * Tells whoever waits for operations how they ended, whichever replica stored it. All who wait share one look at the
 * database, which is taken every few milliseconds while there is anybody.
 */
@Injectable()
export class OutcomeWatch {
  private readonly waiting = new Map<string, Set<Told>>()
  private looking = false

  constructor(
    private readonly repository: OperationsRepository,
    private readonly health: Health,
  ) {}

  /** Operations that somebody waits for. */
  get size(): number {
    return this.waiting.size
  }

  /**
   * Waits until an operation has ended.
   *
   * @param milliseconds it waits no longer than that
   * @param gone ends the wait: nobody is there for the answer
   * @returns undefined when it has not ended in time, nobody is there any more, or this process is about to stop
   */
  async ended(
    id: string,
    milliseconds: number,
    gone: AbortSignal,
  ): Promise<OutcomeRecord | undefined> {
    const ends = [gone, this.health.draining]
    if (ends.some(({ aborted }) => aborted)) return undefined
    const { promise, resolve } = Promise.withResolvers<OutcomeRecord | undefined>()
    const giveUp = () => resolve(undefined)
    const timer = setTimeout(giveUp, milliseconds)
    for (const end of ends) end.addEventListener('abort', giveUp)
    this.add(id, resolve)
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      for (const end of ends) end.removeEventListener('abort', giveUp)
      this.remove(id, resolve)
    }
  }

  /** These were stored just now, by this process: nobody has to look for them. */
  tell(outcomes: readonly OutcomeRecord[]): void {
    if (this.waiting.size === 0) return
    for (const outcome of outcomes) {
      for (const told of this.waiting.get(outcome._id) ?? []) told(outcome)
      this.waiting.delete(outcome._id)
    }
  }

  private add(id: string, told: Told): void {
    const others = this.waiting.get(id)
    if (others) others.add(told)
    else this.waiting.set(id, new Set([told]))
    if (!this.looking) void this.look()
  }

  private remove(id: string, told: Told): void {
    const all = this.waiting.get(id)
    all?.delete(told)
    if (all?.size === 0) this.waiting.delete(id)
  }

  private async look(): Promise<void> {
    this.looking = true
    while (this.waiting.size > 0) {
      const ids = [...this.waiting.keys()]
      for (let start = 0; start < ids.length; start += PAGE) {
        try {
          this.tell(await this.repository.ended(ids.slice(start, start + PAGE)))
        } catch {
          // The database is away: who waits does so until its time is up.
        }
      }
      await sleep(TICK)
    }
    this.looking = false
  }
}
