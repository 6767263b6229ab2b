import { Injectable, Logger } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { acceptedAt, newOperationId } from '#contracts'
import { ServiceError } from '#service-defaults'
import { DatabaseUnavailable, GroupCommit, OutcomeUnknown } from '#store'

import { Outbox } from '../publication/outbox.service.js'
import { PublicationMarks } from '../publication/publication-marks.service.js'
import { type OperationRecord } from './operation.schema.js'
import { OperationMetrics } from './operations.metrics.js'
import { OperationsRepository } from './operations.repository.js'

/** Accepted operations that wait to be published, at most; then clients are told to come back later. */
export const MOST_UNPUBLISHED = 100_000
/** Requests that wait to be stored, at most. */
const MOST_WAITING = 5_000

type NewUser = Pick<OperationRecord, 'name' | 'email'>

/**
 * Accepts operations: accepted means stored, by a majority and in its journal. Requests that come at about the same
 * time are stored by one write. The answer does not wait for the broker.
 */
@Injectable()
export class Acceptance {
  private readonly logger = new Logger(Acceptance.name)
  private readonly commit = new GroupCommit<NewUser, OperationRecord>((users) => this.store(users))

  constructor(
    private readonly repository: OperationsRepository,
    private readonly outbox: Outbox,
    private readonly marks: PublicationMarks,
    private readonly metrics: OperationMetrics,
  ) {}

  /**
   * Stores one operation.
   * @throws DatabaseUnavailable, OutcomeUnknown; a ServiceError `too-much-unpublished`
   */
  async accept(user: NewUser): Promise<OperationRecord> {
    if (!this.marks.isKept) throw new DatabaseUnavailable()
    if (this.outbox.size >= MOST_UNPUBLISHED || this.commit.size >= MOST_WAITING) {
      throw new ServiceError('too-much-unpublished')
    }
    return this.commit.add(user)
  }

  private async store(users: NewUser[]): Promise<OperationRecord[]> {
    const operations = users.map((user) => {
      const _id = newOperationId()
      return {
        _id,
        ...user,
        createdAt: new Date(acceptedAt(_id)),
        acceptedBy: this.marks.processId,
      }
    })
    // Before the write: should this process die in it, another one looks for these from here on.
    this.outbox.expect(operations)
    try {
      await this.repository.accepted.insert(operations)
    } catch (error) {
      if (error instanceof OutcomeUnknown) void this.settle(operations)
      else this.outbox.forget(operations)
      throw error
    }
    this.outbox.publish(operations)
    this.metrics.accepted(operations.length)
    return operations
  }

  /** Clients were told that the outcome is unknown. Writing the same again, until it is known, makes it stored. */
  private async settle(operations: OperationRecord[]): Promise<void> {
    for (;;) {
      await sleep(1_000, undefined, { ref: false })
      try {
        await this.repository.operations.insert(operations)
        break
      } catch (error) {
        if (!(error instanceof ServiceError)) {
          this.logger.error('Operations of unknown outcome were not settled.', error)
          this.outbox.forget(operations)
          return
        }
      }
    }
    this.outbox.publish(operations)
    this.metrics.accepted(operations.length)
  }
}
