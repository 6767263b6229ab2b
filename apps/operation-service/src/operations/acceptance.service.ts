import { Inject, Injectable } from '@nestjs/common'

import { acceptedAt, newOperationId } from '#contracts'
import { ServiceError, type TraceContext } from '#service-defaults'
import { DatabaseUnavailable, GroupCommit, OutcomeUnknown } from '#store'

import { LATE, Outbox } from '../publication/outbox.service.js'
import { PublicationMarks } from '../publication/publication-marks.service.js'
import { type OperationRecord } from './operation.schema.js'
import { OperationMetrics } from './operations.metrics.js'
import { OperationsRepository } from './operations.repository.js'
import { UnsettledOperations } from './unsettled-operations.service.js'

/** Accepted operations that wait to be published, at most; then clients are told to come back later. */
export const MOST_UNPUBLISHED = Symbol('MOST_UNPUBLISHED')
/** Requests that wait to be stored, at most. */
const MOST_WAITING = 5_000
/** An id may be so old when its operation is stored, in milliseconds: what looks for the dead's counts on it. */
const ID_MAY_WAIT = 1_000
/**
 * An operation is begun under an id no older than this, in milliseconds. Whoever made the id keeps its mark below it for
 * longer, until the mark of whoever begins it is stored.
 */
export const BEGIN_WITHIN = LATE / 2

export type NewUser = Required<Pick<OperationRecord, 'name'>> & Pick<OperationRecord, 'email'>

interface Request {
  user: NewUser
  id: string | undefined
  trace: TraceContext | undefined
}

export interface AcceptanceOptions {
  /** That an idempotency key stands for, and that the outbox of whoever made it expects or holds; made here, if not said. */
  id?: string
  /** The request came before, maybe to another process: that one made the id. */
  isRepeated?: boolean
  /** What the client's request belongs to. */
  trace?: TraceContext | undefined
}

/**
 * Accepts operations: accepted means stored, by a majority and in its journal. Requests that come at about the same
 * time are stored by one write. The answer does not wait for the broker.
 */
@Injectable()
export class Acceptance {
  private readonly commit = new GroupCommit<Request, OperationRecord>((all) => this.store(all))
  private readonly lateCommit = new GroupCommit<Request, OperationRecord>((all) =>
    this.storeLate(all),
  )

  constructor(
    private readonly repository: OperationsRepository,
    private readonly outbox: Outbox,
    private readonly marks: PublicationMarks,
    private readonly metrics: OperationMetrics,
    private readonly unsettled: UnsettledOperations,
    @Inject(MOST_UNPUBLISHED) private readonly mostUnpublished = Infinity,
  ) {}

  /** Why nothing is accepted now, if so. */
  get refusal(): ServiceError | undefined {
    if (!this.marks.isKept) return new DatabaseUnavailable()
    const waiting = this.commit.size + this.lateCommit.size
    if (this.outbox.size < this.mostUnpublished && waiting < MOST_WAITING) return undefined
    return new ServiceError('too-much-unpublished')
  }

  /**
   * Stores one operation, unless it is stored.
   * @throws DatabaseUnavailable, OutcomeUnknown; a ServiceError `too-much-unpublished`
   */
  async accept(
    user: NewUser,
    { id, isRepeated = false, trace }: AcceptanceOptions = {},
  ): Promise<OperationRecord> {
    try {
      const { refusal } = this
      if (refusal) throw refusal
      const age = id === undefined ? 0 : ageOf(id)
      if (age > BEGIN_WITHIN) throw new DatabaseUnavailable()
      const commit = isRepeated || age > ID_MAY_WAIT ? this.lateCommit : this.commit
      return await commit.add({ user, id, trace })
    } catch (error) {
      if (id !== undefined) this.release(id, error)
      throw error
    }
  }

  /** The key goes on standing for the id: a repeated request may begin the operation, with another process. */
  private release(id: string, error: unknown): void {
    this.outbox.hold(id)
    // Of unknown outcome: that is found out, and the outbox told.
    if (!(error instanceof OutcomeUnknown)) this.outbox.forget([{ _id: id }])
  }

  /** Others may have looked past so old ids: this process' mark has to lie below them before they are stored. */
  private async storeLate(requests: Request[]): Promise<OperationRecord[]> {
    this.outbox.expect(requests.map(({ id }) => ({ _id: id! })))
    try {
      await this.marks.keep()
    } catch (error) {
      throw new DatabaseUnavailable(error)
    }
    return this.store(requests)
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
    let present: Set<string>
    try {
      present = await this.repository.accepted.insert(operations)
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.unsettled.add(operations)
      else this.outbox.forget(operations)
      throw error
    }
    this.unsettled.settled(operations)
    this.outbox.publish(operations)
    this.metrics.accepted(operations.length - present.size)
    return operations
  }
}

/** Of an id, in milliseconds. */
function ageOf(id: string): number {
  return Date.now() - acceptedAt(id)
}
