import { type OperationRecord } from '../../../apps/operation-service/src/operations/operation.schema.js'
import { Outbox } from '../../../apps/operation-service/src/publication/outbox.service.js'

/** Takes operations for published, and so may store a mark above them, as soon as they are to be published. */
export class EarlyMark extends Outbox {
  override publish(operations: readonly OperationRecord[]): void {
    super.publish(operations)
    this.forget(operations)
  }
}

/** Does not expect operations whose write is under way, and so may store a mark above them. */
export class UnexpectingMark extends Outbox {
  override expect(): void {}

  override publish(operations: readonly OperationRecord[]): void {
    super.expect(operations)
    super.publish(operations)
  }
}
