import { Injectable } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { acceptedAt, newOperationId } from '#contracts'
import { ProblemException, type TraceContext } from '#service-defaults'
import { OutcomeUnknown } from '#store'

import { Acceptance, type NewUser } from '../operations/acceptance.service.js'
import {
  OperationsRepository,
  type OperationWithOutcome,
} from '../operations/operations.repository.js'
import { Outbox } from '../publication/outbox.service.js'
import { LATE } from '../publication/publication-marks.service.js'
import { fingerprint } from './idempotency-key.js'
import { type IdempotencyKeyRecord } from './idempotency-key.schema.js'
import { IdempotencyKeys } from './idempotency-keys.repository.js'

/** How long a repeated request waits for the first one's operation to be stored, in milliseconds. */
const PATIENCE = 1_500
const POLL = 50
/** An operation that was not stored so long after its id was made will not be any more, in milliseconds. */
const SETTLED_AFTER = LATE + 10_000

export interface Accepted extends OperationWithOutcome {
  /** It was there before: the request is a repeated one. */
  isReplay: boolean
}

/**
 * Accepts an operation for a key once. The key is stored first, with the operation's id; whoever comes with it later, or
 * to another replica at the same instant, is shown that operation.
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
    const operationId = newOperationId()
    const reserved = [{ _id: operationId }]
    // This process' mark stays below the id from the moment when it is made.
    this.outbox.expect(reserved)
    let earlier: OperationWithOutcome | undefined
    try {
      earlier = await this.earlier({
        _id: key,
        operationId,
        fingerprint: fingerprint({ ...user }),
        createdAt: new Date(),
      })
    } catch (error) {
      this.outbox.forget(reserved)
      throw error
    }
    if (earlier) {
      this.outbox.forget(reserved)
      return { ...earlier, isReplay: true }
    }
    const operation = await this.acceptance.accept(user, { id: operationId, trace })
    return { operation, outcome: undefined, isReplay: false }
  }

  /** The operation that the key stands for; undefined when it stands for this request's own. */
  private async earlier(own: IdempotencyKeyRecord): Promise<OperationWithOutcome | undefined> {
    const stored = await this.keys.claim(own)
    if (stored.operationId === own.operationId) return undefined
    const { fingerprint: first = own.fingerprint } = stored
    if (first !== own.fingerprint) throw otherBody()
    const isSettled = Date.now() - acceptedAt(stored.operationId) > SETTLED_AFTER
    const operation = await this.first(stored.operationId, isSettled ? 0 : PATIENCE)
    if (operation) return operation
    if (!isSettled) throw new OutcomeUnknown()
    // It was never stored, for its process died: the key stands for this one from now on, or for another one's.
    return (await this.keys.renew(stored, own)) ? undefined : this.earlier(own)
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
