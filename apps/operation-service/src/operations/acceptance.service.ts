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
 * A repeated request begins an operation under an id no older than this, in milliseconds. Whoever made the id keeps its
 * mark below it until then, and until the mark of whoever begins it is stored.
 */
export const BEGIN_WITHIN = LATE / 2
/** An id that was young enough is still, for so many milliseconds. */
const GRACE = 5_000
const HELD_FOR = BEGIN_WITHIN + 2 * GRACE

export type NewUser = Required<Pick<OperationRecord, 'name'>> & Pick<OperationRecord, 'email'>

interface Request {
  user: NewUser
  id: string | undefined
  /** The outbox expects its id already. */
  isExpected: boolean
  trace: TraceContext | undefined
}

export interface AcceptanceOptions {
  /** That an idempotency key stands for, made by this process and expected by its outbox; made here, if not said. */
  id?: string
  /** What the client's request belongs to. */
  trace?: TraceContext | undefined
}

interface Stored {
  operation: OperationRecord
  /** It was not stored before. */
  isNew: boolean
}

/**
 * Accepts operations: accepted means stored, by a majority and in its journal. Requests that come at about the same
 * time are stored by one write. The answer does not wait for the broker.
 */
@Injectable()
export class Acceptance {
  private readonly commit = new GroupCommit<Request, Stored>((all) => this.store(all))
  private readonly lateCommit = new GroupCommit<Request, Stored>((all) => this.storeLate(all))

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
   * Stores one operation.
   * @throws DatabaseUnavailable, OutcomeUnknown; a ServiceError `too-much-unpublished`
   */
  async accept(user: NewUser, { id, trace }: AcceptanceOptions = {}): Promise<OperationRecord> {
    try {
      const { refusal } = this
      if (refusal) throw refusal
      const isYoung = id === undefined || ageOf(id) <= ID_MAY_WAIT
      const commit = isYoung ? this.commit : this.lateCommit
      const isExpected = id !== undefined
      return (await commit.add({ user, id, isExpected, trace })).operation
    } catch (error) {
      if (id !== undefined) {
        this.hold(id)
        // Of unknown outcome: that is found out, and the outbox told.
        if (!(error instanceof OutcomeUnknown)) this.outbox.forget([{ _id: id }])
      }
      throw error
    }
  }

  /**
   * Stores the operation of an earlier request, which may have come to another process, under the id that its key stands
   * for; unless it is stored.
   * @throws DatabaseUnavailable, OutcomeUnknown; a ServiceError `too-much-unpublished`
   */
  async begin(user: NewUser, id: string, trace: TraceContext | undefined): Promise<Stored> {
    const { refusal } = this
    if (refusal) throw refusal
    return this.lateCommit.add({ user, id, isExpected: false, trace })
  }

  /** This process made the id, and a key stands or may stand for it: others may begin its operation. */
  hold(id: string): void {
    this.outbox.hold(id, HELD_FOR - ageOf(id))
  }

  /** Others may have looked past so old ids: this process' mark has to lie below them before they are stored. */
  private async storeLate(requests: Request[]): Promise<Stored[]> {
    const first = new Map<string | undefined, Request>()
    for (const request of requests) {
      if (request.isExpected || !first.has(request.id)) first.set(request.id, request)
    }
    const unique = [...first.values()]
    const repeated = unique.filter(({ isExpected }) => !isExpected).map(({ id }) => ({ _id: id! }))
    this.outbox.expect(repeated)
    try {
      await this.keepMark()
      // This process may have slept.
      if (unique.some(({ id }) => ageOf(id!) > BEGIN_WITHIN + GRACE)) {
        throw new DatabaseUnavailable()
      }
      const all = await this.store(unique.map((each) => ({ ...each, isExpected: true })))
      const stored = new Map(all.map((each) => [each.operation._id, each]))
      return requests.map((request) => {
        const { operation, isNew } = stored.get(request.id!)!
        return { operation, isNew: isNew && first.get(request.id) === request }
      })
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) this.outbox.forget(repeated)
      throw error
    }
  }

  private async keepMark(): Promise<void> {
    try {
      await this.marks.keep()
    } catch (error) {
      throw new DatabaseUnavailable(error)
    }
  }

  private async store(requests: Request[]): Promise<Stored[]> {
    const operations = requests.map(({ user, id: _id = newOperationId(), trace }) => {
      return {
        _id,
        ...user,
        createdAt: new Date(acceptedAt(_id)),
        acceptedBy: this.marks.processId,
        ...trace,
      }
    })
    const unexpected = operations.filter((_, index) => !requests[index]!.isExpected)
    // Before the write: should this process die in it, another one looks for these from here on.
    this.outbox.expect(unexpected)
    let present: Set<string>
    try {
      present = await this.repository.accepted.insert(operations)
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.unsettled.add(operations)
      else this.outbox.forget(unexpected)
      throw error
    }
    const stored = operations.map((operation) => {
      return { operation, isNew: !present.has(operation._id) }
    })
    this.publish(stored)
    return stored
  }

  /** What was stored before is whoever's to publish who stored it. */
  private publish(stored: readonly Stored[]): void {
    const ours = stored.filter(({ isNew }) => isNew).map(({ operation }) => operation)
    const others = stored.filter(({ isNew }) => !isNew).map(({ operation }) => operation)
    this.unsettled.settled(ours)
    this.outbox.forget(others)
    this.outbox.publish(ours)
    this.metrics.accepted(ours.length)
  }
}

/** Of an id, in milliseconds. */
function ageOf(id: string): number {
  return Date.now() - acceptedAt(id)
}
