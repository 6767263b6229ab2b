import { Acceptance } from '../../../apps/operation-service/src/operations/acceptance.service.js'
import { type OperationsRepository } from '../../../apps/operation-service/src/operations/operations.repository.js'

type Rest =
  ConstructorParameters<typeof Acceptance> extends [unknown, ...infer Others] ? Others : never

/** operation-service writes what may not be stored again, with its old id, whatever others made of its mark. */
export class LateWrite extends Acceptance {
  constructor(repository: OperationsRepository, ...rest: Rest) {
    const { accepted } = repository
    const operations = {
      present: async (ids: string[]) => new Set(ids),
      insert: accepted.insert.bind(accepted),
    }
    super({ accepted, operations } as unknown as OperationsRepository, ...rest)
  }
}
