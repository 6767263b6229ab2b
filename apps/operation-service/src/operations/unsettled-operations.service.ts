import { Injectable, Logger } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { ServiceError } from '#service-defaults'

import { LATE, Outbox } from '../publication/outbox.service.js'
import { PublicationMarks } from '../publication/publication-marks.service.js'
import { type OperationRecord } from './operation.schema.js'
import { OperationMetrics } from './operations.metrics.js'
import { OperationsRepository } from './operations.repository.js'

/** Milliseconds between two looks for writes of which nothing is heard. */
const LOOK_AGAIN = 5_000
/** Operations looked for at once. */
const PAGE = 500

/**
 * Operations that this process wrote without hearing whether they were stored; clients were told so. What is found to be
 * stored is published, for as long as a write may be on its way. What is not there by then never will be.
 */
@Injectable()
export class UnsettledOperations {
  private readonly logger = new Logger(UnsettledOperations.name)
  /** Until when each may appear, by `performance.now()`. */
  private readonly until = new Map<string, number>()
  private isLooking = false

  constructor(
    private readonly repository: OperationsRepository,
    private readonly outbox: Outbox,
    private readonly marks: PublicationMarks,
    private readonly metrics: OperationMetrics,
  ) {}

  /** @param operations that the outbox expects: each is published or forgotten */
  add(operations: readonly OperationRecord[]): void {
    this.settled(operations)
    for (const { _id } of operations) this.until.set(_id, performance.now() + LATE)
    if (!this.isLooking) void this.work()
  }

  /** Of these no more is to be found out: a repeated request has written them, and whoever did publishes them. */
  settled(operations: readonly OperationRecord[]): void {
    if (this.until.size > 0) this.giveUp(operations.map(({ _id }) => _id))
  }

  private async work(): Promise<void> {
    this.isLooking = true
    while (this.until.size > 0) {
      await sleep(LOOK_AGAIN, undefined, { ref: false })
      const all = [...this.until.keys()]
      for (let from = 0; from < all.length; from += PAGE) {
        await this.look(all.slice(from, from + PAGE))
      }
    }
    this.isLooking = false
  }

  private async look(ids: string[]): Promise<void> {
    const now = performance.now()
    try {
      const stored = await this.stored(ids)
      // One that was settled meanwhile is not this one's to publish.
      const found = stored.filter(({ _id }) => this.until.delete(_id))
      const { processId } = this.marks
      const ours = found.filter(({ acceptedBy }) => acceptedBy === processId)
      this.outbox.forget(found.filter(({ acceptedBy }) => acceptedBy !== processId))
      if (ours.length > 0) {
        this.outbox.publish(ours)
        this.metrics.accepted(ours.length)
      }
      this.giveUp(ids.filter((id) => (this.until.get(id) ?? Infinity) <= now))
    } catch (error) {
      if (error instanceof ServiceError) return
      this.logger.error('Operations of unknown outcome were not settled.', error)
      this.giveUp(ids)
    }
  }

  private giveUp(ids: string[]): void {
    this.outbox.forget(ids.filter((id) => this.until.delete(id)).map((_id) => ({ _id })))
  }

  /** Those of the operations that are stored, durably. */
  private async stored(ids: string[]): Promise<OperationRecord[]> {
    const stored = await this.repository.operations.find(ids, 'local')
    // Meets what is there, and waits until a majority has it.
    if (stored.length > 0) await this.repository.operations.insert(stored)
    return stored
  }
}
