import { Logger } from '@nestjs/common'
import { type TopicPartitionOffset } from 'kafkajs'

import { text } from './kafka.errors.js'

/** Commits go together: one request at a time, and no more often than this, in milliseconds. */
const INTERVAL = 50

/**
 * Commits how far each partition is done. A commit that fails is made up for by the next one: what was not committed
 * comes again, and is recognised.
 */
export class OffsetCommits {
  private readonly logger = new Logger(OffsetCommits.name)
  private readonly pending = new Map<string, TopicPartitionOffset>()
  private working: Promise<void> | undefined

  /** @param commit sends one request; called with at least one offset */
  constructor(private readonly commit: (offsets: TopicPartitionOffset[]) => Promise<void>) {}

  /** Everything below `offset` is done. */
  add(topic: string, partition: number, offset: number): void {
    this.pending.set(`${topic}:${partition}`, { topic, partition, offset: String(offset) })
    this.working ??= this.work(INTERVAL)
  }

  /** A partition is somebody else's now: its commits are too. */
  drop(topic: string, partition: number): void {
    this.pending.delete(`${topic}:${partition}`)
  }

  /** Commits what waits, now. */
  async flush(): Promise<void> {
    await this.working
    await this.work(0)
  }

  private async work(interval: number): Promise<void> {
    while (this.pending.size > 0) {
      const offsets = [...this.pending.values()]
      this.pending.clear()
      try {
        await this.commit(offsets)
      } catch (error) {
        this.logger.warn(`Offsets were not committed: ${text(error)}`)
      }
      await new Promise((resolve) => setTimeout(resolve, interval))
    }
    this.working = undefined
  }
}
