import { setTimeout as sleep } from 'node:timers/promises'

import { Logger } from '@nestjs/common'
import { type TopicPartitionOffset } from 'kafkajs'

import { text } from './kafka.errors.js'

/** Commits go together: one request at a time, and no more often than this, in milliseconds. */
const INTERVAL = 50
/** When a commit that failed is tried again, in milliseconds. */
const RETRY_AFTER = 250

type Offsets = Map<string, TopicPartitionOffset>

/**
 * Commits how far each partition is done. A commit that fails, as it may in a rebalance, is tried again, for a
 * partition that gets no more messages would show a lag for ever; what is done meanwhile goes along.
 */
export class OffsetCommits {
  private readonly logger = new Logger(OffsetCommits.name)
  private pending: Offsets = new Map()
  private sending: Offsets = new Map()
  private working: Promise<void> | undefined
  private readonly flushing = new AbortController()

  /** @param commit sends one request; called with at least one offset */
  constructor(private readonly commit: (offsets: TopicPartitionOffset[]) => Promise<void>) {}

  /** Everything below `offset` is done. */
  add(topic: string, partition: number, offset: number): void {
    this.pending.set(`${topic}:${partition}`, { topic, partition, offset: String(offset) })
    this.working ??= this.work()
  }

  /** A partition is somebody else's now: its commits are too. */
  drop(topic: string, partition: number): void {
    this.pending.delete(`${topic}:${partition}`)
    this.sending.delete(`${topic}:${partition}`)
  }

  /** Commits what waits, now, and for the last time: whether it succeeds or not. */
  async flush(): Promise<void> {
    this.flushing.abort()
    await this.working
    if (this.pending.size > 0) await this.send()
  }

  private async work(): Promise<void> {
    const { signal } = this.flushing
    while (this.pending.size > 0 && !signal.aborted) {
      const committed = await this.send()
      const wait = committed ? INTERVAL : RETRY_AFTER
      await sleep(wait, undefined, { signal }).catch(() => undefined)
    }
    this.working = undefined
  }

  private async send(): Promise<boolean> {
    this.sending = this.pending
    this.pending = new Map()
    try {
      await this.commit([...this.sending.values()])
      return true
    } catch (error) {
      this.logger.warn(`Offsets were not committed: ${text(error)}`)
      this.pending = new Map([...this.sending, ...this.pending])
      return false
    } finally {
      this.sending = new Map()
    }
  }
}
