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

/**
 * The network may hold a write back for so long before it lands, also that of a process that is killed meanwhile; in
 * milliseconds. Until then no mark goes past the operation.
 */
export const LATE = 120_000
const EVERY = 1_000
/** Milliseconds. */
const ANSWER_WITHIN = 2_000
/** A process that has said nothing for so long is taken for dead, in milliseconds. */
const DEAD_AFTER = 5_000
/** A process that was dead for so long does not come back: its mark is removed. */
const GONE_AFTER = 10 * 60_000

/** How far a process has published what it accepted, and when it last said so, by the database's clock. */
export interface PublicationMark {
  _id: string
  publishedBelow: string
  /** How many operations it had not published then. */
  unpublished?: number
  heartbeatAt: Date
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
  private kept = false
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly outbox: Outbox,
  ) {}

  /** Whether the mark has been stored: before that nothing may be accepted, for nobody would look for it. */
  get isKept(): boolean {
    return this.kept
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
      if (this.outbox.size > 0) await this.keep()
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

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      try {
        await this.keep()
        this.kept = true
      } catch (error) {
        this.logger.debug(`The mark was not stored: ${String(error)}`)
      }
      await sleep(this.kept ? EVERY : EVERY / 5, undefined, { signal }).catch(() => undefined)
    }
  }

  private async keep(): Promise<void> {
    const { publishedBelow, size } = this.outbox
    await askDatabase(ANSWER_WITHIN, () =>
      this.marks.updateOne(
        { _id: this.processId },
        [
          {
            $set: {
              publishedBelow: { $literal: publishedBelow },
              unpublished: size,
              heartbeatAt: '$$NOW',
            },
          },
        ],
        { upsert: true, writeConcern: DURABLE },
      ),
    )
  }

  private get marks() {
    return collectionOf<PublicationMark>(this.connection, 'publication_marks')
  }
}

/** Marks whose process has said nothing for so long, by the database's clock. */
function silentFor(milliseconds: number) {
  return { $expr: { $lt: ['$heartbeatAt', { $subtract: ['$$NOW', milliseconds] }] } }
}
