import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

import { askDatabase, collectionOf, DURABLE } from '#store'

import { Outbox } from './outbox.service.js'

const EVERY = 1_000
/** Milliseconds. */
const ANSWER_WITHIN = 2_000
/** A process that has said nothing for so long is taken for dead, in milliseconds. */
const DEAD_AFTER = 5_000
/**
 * While its mark is older than this, in milliseconds, a process accepts nothing: others may soon look no more at what it
 * stores.
 */
export const GOOD_FOR = 10_000
/** A process that was dead for so long does not come back: its mark is removed. */
const GONE_AFTER = 10 * 60_000

/** How far a process has published what it accepted, and when it last said so, by the database's clock. */
export interface PublicationMark {
  _id: string
  publishedBelow: string
  /** How many operations it had not published then. */
  unpublished?: number
  heartbeatAt: Date
  /** Of its process' marks, the how manyth: one that lands late does not replace a newer one. */
  version?: number
}

/**
 * Keeps this process' mark in the database: the id below which everything it accepted has been published. What a dead
 * process accepted above its mark is published again by another one, and only that.
 */
@Injectable()
export class PublicationMarks implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PublicationMarks.name)
  /** This process, as operations name it in `acceptedBy`. */
  readonly processId = randomUUID()
  private keptAt = -Infinity
  private version = 0
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly outbox: Outbox,
  ) {}

  /** Whether the mark was stored lately: else nothing may be accepted, for nobody might look for it. */
  get isKept(): boolean {
    return performance.now() - this.keptAt < GOOD_FOR
  }

  onApplicationBootstrap(): void {
    this.working = this.work()
  }

  /** HTTP and the consumer have closed: publishes what is left, and leaves a mark where something stays. */
  async onApplicationShutdown(): Promise<void> {
    await this.outbox.drain()
    this.stopping.abort()
    await this.working
    try {
      if (!this.outbox.isEmpty) await this.keep()
      else {
        await askDatabase(ANSWER_WITHIN, () => this.marks.deleteOne({ _id: this.processId }))
      }
    } catch (error) {
      this.logger.warn('The mark was not stored.', error)
    }
  }

  /** Marks of processes that say nothing any more. @throws DatabaseUnavailable, OutcomeUnknown */
  async ofTheDead(): Promise<PublicationMark[]> {
    return askDatabase(ANSWER_WITHIN, () => this.marks.find(silentFor(DEAD_AFTER)).toArray())
  }

  /** Of every process that may still have something to publish. @throws DatabaseUnavailable, OutcomeUnknown */
  async all(): Promise<PublicationMark[]> {
    return askDatabase(ANSWER_WITHIN, () => this.marks.find().toArray())
  }

  /** How many operations wait to be published, over all processes. @throws DatabaseUnavailable, OutcomeUnknown */
  async unpublished(): Promise<number> {
    const others = (await this.all()).filter(({ _id }) => _id !== this.processId)
    return others.reduce((sum, mark) => sum + (mark.unpublished ?? 0), this.outbox.size)
  }

  /** Moves a dead process' mark on, after what lay below was published. @throws DatabaseUnavailable, OutcomeUnknown */
  async moveOn(
    { _id, heartbeatAt }: PublicationMark,
    publishedBelow: string,
    unpublished: number,
  ): Promise<void> {
    const move = { $max: { publishedBelow }, $set: { unpublished } }
    await askDatabase(ANSWER_WITHIN, () =>
      this.marks.updateOne({ _id, heartbeatAt }, move, { writeConcern: DURABLE }),
    )
  }

  /**
   * Removes a mark above which nothing is left, once its process has been dead for some minutes. Until then it may only
   * sleep: should it wake and accept something before it keeps its mark again, that is found.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async forget({ _id, heartbeatAt }: PublicationMark): Promise<void> {
    await askDatabase(ANSWER_WITHIN, () =>
      this.marks.deleteOne({ _id, heartbeatAt, ...silentFor(GONE_AFTER) }),
    )
  }

  /**
   * Stores the mark, durably: when this returns, it lies below everything that the outbox expected at the call.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async keep(): Promise<void> {
    const begun = performance.now()
    const { publishedBelow, size } = this.outbox
    const version = (this.version += 1)
    const isNewer = { $lt: [{ $ifNull: ['$version', 0] }, version] }
    await askDatabase(ANSWER_WITHIN, () =>
      this.marks.updateOne(
        { _id: this.processId },
        [
          {
            $set: {
              publishedBelow: { $cond: [isNewer, { $literal: publishedBelow }, '$publishedBelow'] },
              unpublished: { $cond: [isNewer, size, '$unpublished'] },
              version: { $max: ['$version', version] },
              heartbeatAt: '$$NOW',
            },
          },
        ],
        { upsert: true, writeConcern: DURABLE },
      ),
    )
    this.keptAt = Math.max(this.keptAt, begun)
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      try {
        await this.keep()
      } catch (error) {
        this.logger.debug(`The mark was not stored: ${String(error)}`)
      }
      await sleep(this.isKept ? EVERY : EVERY / 5, undefined, { signal }).catch(() => undefined)
    }
  }

  private get marks() {
    return collectionOf<PublicationMark>(this.connection, 'publication_marks')
  }
}

/** Marks whose process has said nothing for so long, by the database's clock. */
function silentFor(milliseconds: number) {
  return { $expr: { $lt: ['$heartbeatAt', { $subtract: ['$$NOW', milliseconds] }] } }
}
