import type { Operation } from '../http/operations-of.js'
import { TRACE_HEADER_LIMIT } from './trace-context.js'
import { TRACE_RESPONSE } from './trace-requests.js'

const EXAMPLE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const HEADERS: NonNullable<Operation['parameters']> = [
  {
    name: 'traceparent',
    in: 'header',
    required: false,
    description:
      'The trace that the request belongs to (https://www.w3.org/TR/trace-context/). What is no valid one is ignored.',
    schema: { type: 'string', examples: [EXAMPLE] },
  },
  {
    name: 'tracestate',
    in: 'header',
    required: false,
    description: `What the systems that the trace came through have added to it: passed on with it. Ignored beyond ${TRACE_HEADER_LIMIT} characters.`,
    schema: { type: 'string', examples: ['vendor=opaque'] },
  },
]

const TOLD = {
  description:
    'The trace that the request belongs to, in the format of `traceparent`; missing if it belongs to none.',
  schema: { type: 'string', pattern: '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$' },
  example: EXAMPLE,
} as const

/** Adds the headers by which `traceRequests` takes and tells a trace; changes the operation. */
export function describeTrace(operation: Operation): void {
  operation.parameters = [...(operation.parameters ?? []), ...HEADERS]
  for (const response of Object.values(operation.responses)) {
    if (response === undefined || '$ref' in response) continue
    response.headers = { [TRACE_RESPONSE]: TOLD, ...response.headers }
  }
}
