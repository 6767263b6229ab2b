import { type OperationRecord } from '../../../apps/operation-service/src/operations/operation.schema.js'
import { type OperationsRepository } from '../../../apps/operation-service/src/operations/operations.repository.js'
import { UnsettledOperations } from '../../../apps/operation-service/src/operations/unsettled-operations.service.js'
import { type RestOf } from './rest-of.js'

/** operation-service writes what may not be stored again, with its old id, whatever others made of its mark. */
export class LateWrite extends UnsettledOperations {
  private readonly written: Map<string, OperationRecord>

  constructor(
    { accepted }: OperationsRepository,
    ...rest: RestOf<typeof UnsettledOperations, [unknown]>
  ) {
    const written = new Map<string, OperationRecord>()
    const operations = {
      find: async (ids: string[]) => ids.map((id) => written.get(id)),
      insert: accepted.insert.bind(accepted),
    }
    super({ operations } as unknown as OperationsRepository, ...rest)
    this.written = written
  }

  override add(operations: readonly OperationRecord[]): void {
    for (const operation of operations) this.written.set(operation._id, operation)
    super.add(operations)
  }
}
