import { type TraceContext } from './trace-context.js'

/** What a span tells. Never names, e-mail addresses or bodies. */
export type SpanAttributes = Readonly<Record<string, string | number>>

export interface SpanStart {
  name: string
  kind: 'server' | 'producer' | 'consumer'
  /** Without one, a trace begins. */
  parent?: TraceContext | undefined
  /** Other traces that it belongs to as well. */
  links?: readonly TraceContext[]
  attributes: SpanAttributes
}

/** A span under way. */
export interface Span {
  /**
   * Where what follows from it belongs: to this span, when it is sampled; else to where it began itself, or nowhere.
   */
  readonly trace: TraceContext | undefined
  /** @param more what was not known when it began @param fault a closed word for what went wrong, if anything did */
  end(more?: SpanAttributes, fault?: string): void
}

/** Makes spans, if somebody asked for them. */
export interface Tracer {
  start(span: SpanStart): Span
  /** Sends what is left, however long the one who takes it takes; never fails. */
  close(): Promise<void>
}

/** What is said of an error in a span: its code, or its class. */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
