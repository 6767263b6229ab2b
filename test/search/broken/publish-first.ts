import { Acceptance } from '../../../apps/operation-service/src/operations/acceptance.service.js'
import { type OperationRecord } from '../../../apps/operation-service/src/operations/operation.schema.js'
import { type OperationsRepository } from '../../../apps/operation-service/src/operations/operations.repository.js'
import { type Outbox } from '../../../apps/operation-service/src/publication/outbox.service.js'
import { type RestOf } from './rest-of.js'

/** operation-service publishes an operation before it is stored. */
export class PublishFirst extends Acceptance {
  constructor(
    repository: OperationsRepository,
    outbox: Outbox,
    ...rest: RestOf<typeof Acceptance, [unknown, unknown]>
  ) {
    const accepted = {
      insert: (operations: OperationRecord[]) => {
        outbox.publish(operations)
        return repository.accepted.insert(operations)
      },
    }
    super({ ...repository, accepted } as OperationsRepository, outbox, ...rest)
  }
}
