import { operationTraceparent } from '#contracts'
import { type TraceContext } from '#service-defaults'

import { type OperationRecord } from './operation.schema.js'

/** The trace that was stored with an operation: its client's. */
export function storedTrace({
  traceparent,
  tracestate,
}: OperationRecord): TraceContext | undefined {
  if (traceparent === undefined) return undefined
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) }
}

/** The `traceparent` of an operation: its client's, or its own. */
export function traceparentOf({ _id, traceparent }: OperationRecord): string {
  return traceparent ?? operationTraceparent(_id)
}
