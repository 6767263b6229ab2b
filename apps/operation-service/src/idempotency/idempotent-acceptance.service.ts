import { Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { acceptedAt, newOperationId } from '#contracts'
import { ProblemException, type TraceContext } from '#service-defaults'
import { OutcomeUnknown } from '#store'

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
    const { refusal } = this.acceptance
    // Nothing new; what was accepted before is shown still.
    if (refusal && !(await this.keys.has(key))) throw refusal
    const own = {
      _id: key,
      operationId: newOperationId(),
      fingerprint: fingerprint({ ...user }),
      createdAt: new Date(),
    }
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
    if (typeof found !== 'string') return { ...found, isReplay: true }
    await this.acceptance.accept(user, { id: found, isRepeated: true, trace })
    // Several may have begun it at once: the one that is stored is told.
    const begun = await this.repository.get(found)
    if (!begun) throw new OutcomeUnknown()
    return { ...begun, isReplay: true }
  }

  /** @returns the operation that the key stands for; or its id, if it has to be begun */
  private async find(own: IdempotencyKeyRecord): Promise<OperationWithOutcome | string> {
    const stored = await this.take(own, this.keys.claim(own))
    const { operationId, fingerprint: first = own.fingerprint } = stored
    if (operationId === own.operationId) return operationId
    if (first !== own.fingerprint) throw otherBody()
    const age = Date.now() - acceptedAt(operationId)
    const operation = await this.first(operationId, age > UNDER_WAY ? 0 : PATIENCE)
    if (operation) return operation
    if (age <= BEGIN_WITHIN) return operationId
    if (age <= SETTLED_AFTER) throw new OutcomeUnknown()
    // It was never stored, and will not be: the key stands for this one from now on, or for another one's.
    const isOurs = await this.take(own, this.keys.renew(stored, own))
    return isOurs ? own.operationId : this.find(own)
  }

  /** Lets the key stand for an id; if nobody knows whether it does, the id may be a repeated request's to begin. */
  private async take<Answer>(own: IdempotencyKeyRecord, answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof OutcomeUnknown) this.outbox.hold(own.operationId)
      throw error
    }
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

function otherBody(): ProblemException {
  return new ProblemException({
    status: 422,
    detail: 'This Idempotency-Key came with another body before. Take a new key for a new request.',
  })
}
