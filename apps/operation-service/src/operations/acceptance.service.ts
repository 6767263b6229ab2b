import { Inject, Injectable, Logger } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { acceptedAt, newOperationId } from '#contracts'
import { ServiceError, type TraceContext } from '#service-defaults'
import { DatabaseUnavailable, GroupCommit, OutcomeUnknown } from '#store'

import { Outbox } from '../publication/outbox.service.js'
import { LATE, PublicationMarks } from '../publication/publication-marks.service.js'
import { type OperationRecord } from './operation.schema.js'
import { OperationMetrics } from './operations.metrics.js'
import { OperationsRepository } from './operations.repository.js'

/** Accepted operations that wait to be published, at most; then clients are told to come back later. */
export const MOST_UNPUBLISHED = Symbol('MOST_UNPUBLISHED')
/** Requests that wait to be stored, at most. */
const MOST_WAITING = 5_000
/** An id may be so old when its operation is stored, in milliseconds: what looks for the dead's counts on it. */
const ID_MAY_WAIT = 1_000
/** Milliseconds between two looks for a write of which nothing is heard. */
const LOOK_AGAIN = 5_000

export type NewUser = Required<Pick<OperationRecord, 'name'>> & Pick<OperationRecord, 'email'>

interface Request {
  user: NewUser
  id: string | undefined
  trace: TraceContext | undefined
}

export interface AcceptanceOptions {
  /** Made a moment ago, and expected by the outbox since; made here, if not said. */
  id?: string
  /** What the client's request belongs to. */
  trace?: TraceContext | undefined
}

/**
 * Accepts operations: accepted means stored, by a majority and in its journal. Requests that come at about the same
 * time are stored by one write. The answer does not wait for the broker.
 */
@Injectable()
export class Acceptance {
  private readonly logger = new Logger(Acceptance.name)
  private readonly commit = new GroupCommit<Request, OperationRecord>((all) => this.store(all))

  constructor(
    private readonly repository: OperationsRepository,
    private readonly outbox: Outbox,
    private readonly marks: PublicationMarks,
    private readonly metrics: OperationMetrics,
    @Inject(MOST_UNPUBLISHED) private readonly mostUnpublished = Infinity,
  ) {}

  /**
   * Stores one operation.
   * @throws DatabaseUnavailable, OutcomeUnknown; a ServiceError `too-much-unpublished`
   */
  async accept(user: NewUser, { id, trace }: AcceptanceOptions = {}): Promise<OperationRecord> {
    try {
      if (!this.marks.isKept || isOld(id)) throw new DatabaseUnavailable()
      if (this.outbox.size >= this.mostUnpublished || this.commit.size >= MOST_WAITING) {
        throw new ServiceError('too-much-unpublished')
      }
      return await this.commit.add({ user, id, trace })
    } catch (error) {
      // Of unknown outcome: that is found out, and the outbox told.
      if (id !== undefined && !(error instanceof OutcomeUnknown)) this.outbox.forget([{ _id: id }])
      throw error
    }
  }

  private async store(requests: Request[]): Promise<OperationRecord[]> {
    const operations = requests.map(({ user, id: _id = newOperationId(), trace }) => {
      return {
        _id,
        ...user,
        createdAt: new Date(acceptedAt(_id)),
        acceptedBy: this.marks.processId,
        ...trace,
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

  /**
   * Clients were told that the outcome is unknown. What is found to be stored is published, for as long as a write may
   * be on its way; what is not there by then never will be, and is not written later: others may look no more for so old
   * an id.
   */
  private async settle(operations: OperationRecord[]): Promise<void> {
    const end = performance.now() + LATE
    for (let unknown = operations; unknown.length > 0;) {
      await sleep(LOOK_AGAIN, undefined, { ref: false })
      const isLast = performance.now() >= end
      try {
        const stored = await this.stored(unknown)
        if (stored.length > 0) {
          this.outbox.publish(stored)
          this.metrics.accepted(stored.length)
        }
        unknown = unknown.filter((operation) => !stored.includes(operation))
        if (isLast) return this.outbox.forget(unknown)
      } catch (error) {
        if (!(error instanceof ServiceError)) {
          this.logger.error('Operations of unknown outcome were not settled.', error)
          return this.outbox.forget(unknown)
        }
      }
    }
  }

  /** Those of the operations that are stored, durably. */
  private async stored(operations: OperationRecord[]): Promise<OperationRecord[]> {
    const ids = operations.map(({ _id }) => _id)
    const present = await this.repository.operations.present(ids, 'local')
    const stored = operations.filter(({ _id }) => present.has(_id))
    // Meets what is there, and waits until a majority has it.
    if (stored.length > 0) await this.repository.operations.insert(stored)
    return stored
  }
}

function isOld(id: string | undefined): boolean {
  return id !== undefined && Date.now() - acceptedAt(id) > ID_MAY_WAIT
}
