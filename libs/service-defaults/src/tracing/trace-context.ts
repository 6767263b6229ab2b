/** A place in a trace, as the headers of W3C Trace Context say it. */
export interface TraceContext {
  /** Of version 00: `00-<trace-id>-<parent-id>-<flags>`. */
  readonly traceparent: string
  /** What the systems that the trace came through have added. */
  readonly tracestate?: string
}

/** Characters of either header that are read, at most. */
export const TRACE_HEADER_LIMIT = 512

const VERSION_00_LENGTH = 55
/** Sampled (level 1) and random trace-id (level 2); what others mean is not known, so they are not passed on. */
const KNOWN_FLAGS = 0b11

/** Upper-case digits are wrong, and so are version ff and ids of zeros. */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/

const KEY = String.raw`[a-z0-9][a-z0-9_\-*/@]{0,255}`
const VALUE = String.raw`[ -+\--<>-~]{0,255}[!-+\--<>-~]`
const MEMBER = String.raw`[ \t]*(?:${KEY}=${VALUE}[ \t]*)?`
/** Up to 32 of them. */
const TRACESTATE = new RegExp(`^${MEMBER}(?:,${MEMBER}){0,31}$`)

/**
 * Reads the headers by https://www.w3.org/TR/trace-context/: a `traceparent` of a later version for what this one knows
 * of it; a `tracestate` that is wrong, or longer than the limit, is left out.
 * @returns undefined for what is no valid `traceparent`: it counts as none
 */
export function readTraceContext(
  traceparent: string | string[] | undefined,
  tracestate?: string | string[],
): TraceContext | undefined {
  // Of a header that comes twice, Node makes one text with a comma in it.
  if (typeof traceparent !== 'string' || traceparent.length > TRACE_HEADER_LIMIT) return undefined
  if (!TRACEPARENT.test(traceparent)) return undefined
  const isVersion00 = traceparent.startsWith('00')
  if (isVersion00 && traceparent.length !== VERSION_00_LENGTH) return undefined
  const flags = parseInt(traceparent.slice(53, VERSION_00_LENGTH), 16)
  const isPlain = isVersion00 && flags <= KNOWN_FLAGS
  const parent = isPlain
    ? traceparent
    : `00${traceparent.slice(2, 53)}0${(flags & KNOWN_FLAGS).toString(16)}`
  const state = tracestate === undefined ? undefined : readTracestate(tracestate)
  return state === undefined ? { traceparent: parent } : { traceparent: parent, tracestate: state }
}

function readTracestate(header: string | string[]): string | undefined {
  const text = [header].flat().join(',')
  if (text.length > TRACE_HEADER_LIMIT || !text.includes('=')) return undefined
  return TRACESTATE.test(text) ? text : undefined
}
