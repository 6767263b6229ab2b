import { Injectable } from '@nestjs/common'

import { newOperationId, operationTraceparent, SCHEMA_VERSION } from '#contracts'
import { Publisher } from '#kafka'

/** Messages that nobody can handle. */
@Injectable()
export class Poison {
  constructor(private readonly publisher: Publisher) {}

  /**
   * Publishes one that is no JSON, under the id of an operation that there is not: it ends in `user-approve.dlq`, and what
   * comes after it in its partition goes on.
   * @throws BrokerUnavailable
   */
  async inject(): Promise<void> {
    const id = newOperationId()
    await this.publisher.publishRecords('user-approve', [
      {
        key: id,
        value: 'not JSON: injected by the console',
        headers: {
          'schema-version': String(SCHEMA_VERSION),
          traceparent: operationTraceparent(id),
          // Who looks at the dead letter sees where it comes from.
          tracestate: 'tideway=console',
        },
      },
    ])
  }
}
