/** The header `traceparent` of messages: W3C Trace Context, as this system writes it. */
export const TRACEPARENT_PATTERN = '^00-[0-9a-f]{32}-[0-9a-f]{16}-0[0-3]$'

/**
 * The trace of an operation whose client has none: made of its id, so nobody has to store it, and whoever knows the id
 * knows the trace. The trace-id is the id without its dashes; the parent-id is the id's last 16 digits, of which the
 * first is the UUID's variant and so never zero. Not sampled: nobody asked for spans.
 * @returns a `traceparent`
 */
export function operationTraceparent(operationId: string): string {
  const start = operationId.slice(0, 8) + operationId.slice(9, 13) + operationId.slice(14, 18)
  const end = operationId.slice(19, 23) + operationId.slice(24)
  return `00-${start}${end}-${end}-00`
}
