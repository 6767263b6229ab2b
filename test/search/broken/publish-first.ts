import { Acceptance } from '../../../apps/operation-service/src/operations/acceptance.service.js'
import { type OperationRecord } from '../../../apps/operation-service/src/operations/operation.schema.js'
import { type OperationsRepository } from '../../../apps/operation-service/src/operations/operations.repository.js'
import { type Outbox } from '../../../apps/operation-service/src/publication/outbox.service.js'

type Rest =
  ConstructorParameters<typeof Acceptance> extends [unknown, unknown, ...infer Others]
    ? Others
    : never

/** operation-service publishes an operation before it is stored. */
export class PublishFirst extends Acceptance {
  constructor(repository: OperationsRepository, outbox: Outbox, ...rest: Rest) {
    const accepted = {
      insert: (operations: OperationRecord[]) => {
        outbox.publish(operations)
        return repository.accepted.insert(operations)
      },
    }
    super({ ...repository, accepted } as OperationsRepository, outbox, ...rest)
  }
}
