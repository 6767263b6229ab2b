import { Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { acceptedAt, newOperationId } from '#contracts'
import { ProblemException, type ServiceError, type TraceContext } from '#service-defaults'
import { DatabaseUnavailable, errorAfterWrite, OutcomeUnknown } from '#store'

import { Acceptance, BEGIN_WITHIN, type NewUser } from '../operations/acceptance.service.js'
import {
  OperationsRepository,
  type OperationWithOutcome,
} from '../operations/operations.repository.js'
import { LATE, Outbox } from '../publication/outbox.service.js'
import { fingerprint } from './idempotency-key.js'
import { type IdempotencyKeyRecord } from './idempotency-key.schema.js'
import { IdempotencyKeys } from './idempotency-keys.repository.js'

/** A first request may be under way for so long after its id was made; a repeated one waits for it. In milliseconds. */
const UNDER_WAY = 5_000
/** How long it waits at most, in milliseconds. */
const PATIENCE = 1_500
const POLL = 50
/** An operation that was not stored so long after its id was made will not be any more, in milliseconds. */
const SETTLED_AFTER = BEGIN_WITHIN + LATE + 10_000

export interface Accepted extends OperationWithOutcome {
  /** It was there before: the request is a repeated one. */
  isReplay: boolean
}

/**
 * Accepts an operation for a key once. The key is stored first, with the operation's id; whoever comes with it later, or
 * to another replica at the same instant, is shown that operation, or begins it where the first one could not.
 */
@Injectable()
export class IdempotentAcceptance {
  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly acceptance: Acceptance,
    private readonly repository: OperationsRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * @throws ProblemException 422 when the key came with another body; DatabaseUnavailable, OutcomeUnknown; a ServiceError
   * `too-much-unpublished`
   */
  async accept(user: NewUser, key: string, trace: TraceContext | undefined): Promise<Accepted> {
    const own = {
      _id: key,
      operationId: newOperationId(),
      fingerprint: fingerprint({ ...user }),
      createdAt: new Date(),
    }
    const { refusal } = this.acceptance
    if (refusal) return this.show(own, refusal)
    const reserved = [{ _id: own.operationId }]
    // This process' mark stays below the id from the moment when it is made.
    this.outbox.expect(reserved)
    let found: OperationWithOutcome | string
    try {
      found = await this.find(own)
    } catch (error) {
      this.outbox.forget(reserved)
      throw error
    }
    if (found === own.operationId) {
      const operation = await this.acceptance.accept(user, { id: found, trace })
      return { operation, outcome: undefined, isReplay: false }
    }
    this.outbox.forget(reserved)
    return typeof found === 'string' ? this.begin(found, user, trace) : { ...found, isReplay: true }
  }

  /** While nothing is accepted, what was accepted before is shown still. */
  private async show(own: IdempotencyKeyRecord, refusal: ServiceError): Promise<Accepted> {
    const stored = await this.keys.get(own._id)
    if (!stored) throw refusal
    checkBody(stored, own)
    const operation = await this.repository.get(stored.operationId)
    if (!operation) throw refusal
    return { ...operation, isReplay: true }
  }

  /** @returns the operation that the key stands for; or its id, if it has to be begun */
  private async find(own: IdempotencyKeyRecord): Promise<OperationWithOutcome | string> {
    const stored = await this.take(own, this.keys.claim(own))
    const { operationId } = stored
    if (operationId === own.operationId) return operationId
    checkBody(stored, own)
    const age = Date.now() - acceptedAt(operationId)
    const operation = await this.first(operationId, age > UNDER_WAY ? 0 : PATIENCE)
    if (operation) return operation
    if (age <= BEGIN_WITHIN) return operationId
    const isStored = (await this.repository.accepted.present([operationId], 'local')).size > 0
    if (age <= SETTLED_AFTER || isStored) throw new OutcomeUnknown()
    // It was never stored, and will not be: the key stands for this one from now on, or for another one's.
    const isOurs = await this.take(own, this.keys.renew(stored, own))
    return isOurs ? own.operationId : this.find(own)
  }

  /** Lets the key stand for an id. Where it may do so unheard, a repeated request may begin the operation. */
  private async take<Answer>(own: IdempotencyKeyRecord, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) this.acceptance.hold(own.operationId)
      throw error
    }
  }

  private async begin(
    id: string,
    user: NewUser,
    trace: TraceContext | undefined,
  ): Promise<Accepted> {
    const { operation, isNew } = await this.acceptance.begin(user, id, trace)
    if (isNew) return { operation, outcome: undefined, isReplay: false }
    // Somebody was quicker: that one's is told.
    const found = await this.repository.get(id).catch((error: unknown) => {
      throw errorAfterWrite(error)
    })
    if (!found) throw new OutcomeUnknown()
    return { ...found, isReplay: true }
  }

  /** The operation of the first request, which may still be under way. */
  private async first(
    operationId: string,
    patience: number,
  ): Promise<OperationWithOutcome | undefined> {
    const end = performance.now() + patience
    for (;;) {
      const found = await this.repository.get(operationId)
      if (found || performance.now() > end) return found
      await sleep(POLL)
    }
  }
}

/** A key of which the body is erased goes on standing for its operation. @throws ProblemException 422 */
function checkBody(stored: IdempotencyKeyRecord, own: IdempotencyKeyRecord): void {
  if ((stored.fingerprint ?? own.fingerprint) === own.fingerprint) return
  throw new ProblemException({
    status: 422,
    detail: 'This Idempotency-Key came with another body before. Take a new key for a new request.',
  })
}
