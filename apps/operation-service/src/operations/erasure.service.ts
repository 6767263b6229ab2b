import { Injectable } from '@nestjs/common'

import { type MessageOf } from '#contracts'

import { IdempotencyKeys } from '../idempotency/idempotency-keys.repository.js'
import { OperationsRepository } from './operations.repository.js'

/** Takes a person's data out of operations. They stay, so that the books do. */
@Injectable()
export class Erasure {
  constructor(
    private readonly repository: OperationsRepository,
    private readonly keys: IdempotencyKeys,
  ) {}

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async erase(requests: MessageOf<'user-erase'>[]): Promise<void> {
    const ids = requests.map(({ operationId }) => operationId)
    const { operations } = this.repository
    await this.keys.eraseFingerprints(await operations.find(ids, 'local'))
    await operations.erase(ids, ['name', 'email', 'tracestate'], new Date())
  }
}
