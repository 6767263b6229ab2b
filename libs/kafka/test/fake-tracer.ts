import { type Span, type SpanStart, type TraceContext, type Tracer } from '#service-defaults'

/** Samples what is sampled, and what begins a trace. */
export class FakeTracer implements Tracer {
  readonly started: SpanStart[] = []
  /** Of the spans that are sampled, in the same order. */
  readonly traces: TraceContext[] = []
  /** What went wrong in each span that has ended, if anything did. */
  readonly ended: (string | undefined)[] = []

  start(span: SpanStart): Span {
    this.started.push(span)
    const { parent } = span
    const end: Span['end'] = (_more, fault) => void this.ended.push(fault)
    if (parent && !parent.traceparent.endsWith('01')) return { trace: parent, end }
    const start = parent?.traceparent.slice(0, 36) ?? `00-${'c'.repeat(32)}-`
    const traceparent = `${start}${String(this.started.length).padStart(16, 'd')}-01`
    const trace = { ...parent, traceparent }
    this.traces.push(trace)
    return { trace, end }
  }

  async close(): Promise<void> {}
}
