import { Injectable, Logger } from '@nestjs/common'
import { InjectMetric } from '@willsoto/nestjs-prometheus'
import { Gauge } from 'prom-client'
import { setTimeout as sleep } from 'node:timers/promises'

import { ERASED_NAME, firstIdAt, type MessageOf } from '#contracts'
import { canRetry, Publisher } from '#kafka'
import { atMost } from '#service-defaults'

import { type OperationRecord } from '../operations/operation.schema.js'
import { storedTrace } from '../operations/operation-trace.js'

/** Operations published at once. */
const BATCH = 500
const TRY_AGAIN_AFTER = 500
/** Milliseconds a stopping process goes on publishing; what is left is another one's. */
const DRAIN_WITHIN = 8_000
/** Milliseconds that a clock may be set back without an id falling below the mark. */
const CLOCK_STEP = 1_000
/**
 * The network may hold a write back for so long before it lands, also that of a process that is killed meanwhile; in
 * milliseconds. Until then no mark goes past the operation.
 */
export const LATE = 120_000

type Identified = Pick<OperationRecord, '_id'>

/**
 * The operations that this process accepted and has not published yet. They are published in order and in batches, for
 * as long as it takes; the store has them, so should this process die, another one goes on from its mark.
 */
@Injectable()
export class Outbox {
  private readonly logger = new Logger(Outbox.name)
  /** Ids, also of those whose write is under way; with how many requests expect each. */
  private readonly unpublished = new Map<string, number>()
  /** Ids under which another process may yet store something, and until when, by `performance.now()`. */
  private readonly held = new Map<string, number>()
  private readonly queue: OperationRecord[] = []
  private working: Promise<void> | undefined
  private readonly stopping = new AbortController()

  constructor(
    private readonly publisher: Publisher,
    @InjectMetric('tideway_operations_unpublished') private readonly gauge: Gauge,
  ) {}

  /** How many operations are not published, or may be stored and then have to be. */
  get size(): number {
    return this.unpublished.size
  }

  /** Every operation below this id that this process accepted has been published. */
  get publishedBelow(): string {
    this.dropExpired()
    let lowest: string | undefined
    for (const ids of [this.unpublished.keys(), this.held.keys()]) {
      for (const id of ids) if (lowest === undefined || id < lowest) lowest = id
    }
    return lowest ?? firstIdAt(Date.now() - CLOCK_STEP)
  }

  /** Whether nothing is left that another process would have to publish. */
  get isEmpty(): boolean {
    this.dropExpired()
    return this.unpublished.size === 0 && this.held.size === 0
  }

  /** These are about to be stored: the mark stays below them, until each is published or forgotten. */
  expect(operations: readonly Identified[]): void {
    for (const { _id } of operations) {
      this.unpublished.set(_id, (this.unpublished.get(_id) ?? 0) + 1)
    }
  }

  /** Another process may store an operation under this id: the mark stays below it for so many milliseconds. */
  hold(id: string, milliseconds: number): void {
    this.held.set(id, performance.now() + milliseconds)
  }

  /** Whoever expected these does so no more: they were not stored, or are another one's to publish. */
  forget(operations: readonly Identified[]): void {
    for (const { _id } of operations) {
      const others = (this.unpublished.get(_id) ?? 0) - 1
      if (others > 0) this.unpublished.set(_id, others)
      else this.unpublished.delete(_id)
    }
    this.gauge.set(this.size)
  }

  /** These are stored: publishes them, soon. */
  publish(operations: readonly OperationRecord[]): void {
    for (const operation of operations) this.queue.push(operation)
    this.gauge.set(this.size)
    // Work that ends before it is assigned would stay here for ever.
    if (this.queue.length > 0) this.working ??= this.work()
  }

  /** Publishes what is left, while there is time; the rest is another process' to publish. */
  async drain(): Promise<void> {
    await atMost(DRAIN_WITHIN, this.working)
    this.stopping.abort()
    if (this.size > 0)
      this.logger.warn(`Leaving ${this.size} operations to be published by another process.`)
  }

  private dropExpired(): void {
    const now = performance.now()
    for (const [id, until] of this.held) if (until <= now) this.held.delete(id)
  }

  private async work(): Promise<void> {
    while (this.queue.length > 0 && !this.stopping.signal.aborted) {
      const batch = this.queue.slice(0, BATCH)
      try {
        await this.publisher.publish('user-create', batch.map(asMessage), batch.map(storedTrace))
        this.queue.splice(0, batch.length)
        this.forget(batch)
      } catch (error) {
        if (!canRetry(error)) throw error
        this.logger.warn(`${this.size} operations wait to be published: Kafka does not take them.`)
        await sleep(TRY_AGAIN_AFTER)
      }
    }
    this.working = undefined
  }
}

/**
 * Asks for the user of an operation. One whose data is erased was decided before: user-service has the user, and answers
 * with how it was decided, whatever its name is here.
 */
export function asMessage({
  _id,
  name = ERASED_NAME,
  email,
  createdAt,
}: Pick<OperationRecord, '_id' | 'name' | 'email' | 'createdAt'>): MessageOf<'user-create'> {
  return {
    operationId: _id,
    name,
    ...(email === undefined ? {} : { email }),
    createdAt: createdAt.toISOString(),
  }
}
