import { type IdempotencyKeyRecord } from '../../../apps/operation-service/src/idempotency/idempotency-key.schema.js'
import { IdempotencyKeys } from '../../../apps/operation-service/src/idempotency/idempotency-keys.repository.js'
import { IdempotentAcceptance } from '../../../apps/operation-service/src/idempotency/idempotent-acceptance.service.js'
import { Acceptance } from '../../../apps/operation-service/src/operations/acceptance.service.js'
import { type OperationsRepository } from '../../../apps/operation-service/src/operations/operations.repository.js'
import { Outbox } from '../../../apps/operation-service/src/publication/outbox.service.js'
import { type PublicationMarks } from '../../../apps/operation-service/src/publication/publication-marks.service.js'
import { type RestOf } from './rest-of.js'

/** Lets a key stand for another operation though the first one may still be stored. */
export class HastyKeys extends IdempotencyKeys {
  override async claim(own: IdempotencyKeyRecord): Promise<IdempotencyKeyRecord> {
    const stored = await super.claim(own)
    const isOurs = stored.operationId === own.operationId || (await this.renew(stored, own))
    return isOurs ? own : stored
  }
}

/** Does not hold its mark below an id that a key stands for unheard, and under which another process may begin. */
export class UnheldClaim extends IdempotentAcceptance {
  constructor(
    keys: IdempotencyKeys,
    acceptance: Acceptance,
    ...rest: RestOf<typeof IdempotentAcceptance, [unknown, unknown]>
  ) {
    const negligent = Object.create(acceptance, {
      accept: { value: acceptance.accept.bind(acceptance) },
      hold: { value: () => undefined },
    })
    super(keys, negligent as Acceptance, ...rest)
  }
}

/** Begins an operation under an old id while its own mark lies above that. */
export class UnmarkedBeginning extends Acceptance {
  constructor(
    repository: OperationsRepository,
    outbox: Outbox,
    marks: PublicationMarks,
    ...rest: RestOf<typeof Acceptance, [unknown, unknown, unknown]>
  ) {
    const silent = Object.create(marks, { keep: { value: async () => undefined } })
    super(repository, outbox, silent as PublicationMarks, ...rest)
  }
}

/** Moves its mark above an id that a key stands for, and under which another process may begin an operation. */
export class UnheldId extends Outbox {
  override hold(): void {}
}
