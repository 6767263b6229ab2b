import { type IHeaders, type KafkaMessage } from 'kafkajs'

import { operationTraceparent } from '#contracts'
import { readTraceContext, TRACE_HEADER_LIMIT, type TraceContext } from '#service-defaults'

/** What a message belongs to: as its headers say, else its operation's own trace. */
export function traceOf({ headers }: KafkaMessage, operationId: string): TraceContext {
  const trace = readTraceContext(textOf(headers?.['traceparent']), textOf(headers?.['tracestate']))
  return trace ?? ownTrace(operationId)
}

/** The trace of an operation whose client has none. */
export function ownTrace(operationId: string): TraceContext {
  return { traceparent: operationTraceparent(operationId) }
}

/** A header that comes twice, or without a value, is none. */
function textOf(header: IHeaders[string] | null): string | undefined {
  if (!Buffer.isBuffer(header) || header.length > TRACE_HEADER_LIMIT) return undefined
  return header.toString('latin1')
}
