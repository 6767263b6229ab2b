import { Logger } from '@nestjs/common'
import {
  type Context,
  createTraceState,
  ROOT_CONTEXT,
  type Span as OtelSpan,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace as traces,
  type Tracer as OtelTracer,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base'
import { type TraceContext } from './trace-context.js'
import { type Span, type SpanAttributes, type SpanStart, type Tracer } from './tracer.js'

const KINDS = {
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

/**
 * Spans by OpenTelemetry, sent in batches by OTLP over HTTP. Where to, which are sampled, how many are kept and what is
 * said of the service is the SDK's to read from the `OTEL_*` variables. Spans that nobody takes are dropped.
 *
 * The only module that imports OpenTelemetry; it is loaded when somebody asks for spans.
 */
export class OtlpTracer implements Tracer {
  private readonly provider: BasicTracerProvider
  private readonly tracer: OtelTracer

  constructor(service: string) {
    this.provider = new BasicTracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }).merge(
        detectResources({ detectors: [envDetector] }),
      ),
      spanProcessors: [new BatchSpanProcessor(new ToldExporter(new OTLPTraceExporter()))],
    })
    this.tracer = this.provider.getTracer('tideway')
  }

  start({ name, kind, parent, links = [], attributes }: SpanStart): Span {
    const span = this.tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        attributes,
        links: links.map((link) => ({ context: asSpanContext(link) })),
      },
      parent ? asParent(parent) : ROOT_CONTEXT,
    )
    return span.isRecording() ? new RecordedSpan(span, parent) : new UnrecordedSpan(parent)
  }

  async close(): Promise<void> {
    // Spans that are not taken keep no service from ending well; the log has said so.
    await this.provider.shutdown().catch(() => undefined)
  }
}

class RecordedSpan implements Span {
  readonly trace: TraceContext

  constructor(
    private readonly span: OtelSpan,
    parent: TraceContext | undefined,
  ) {
    const { traceId, spanId, traceFlags } = span.spanContext()
    this.trace = { ...parent, traceparent: `00-${traceId}-${spanId}-0${traceFlags.toString(16)}` }
  }

  end(more: SpanAttributes = {}, fault?: string): void {
    this.span.setAttributes(more)
    if (fault !== undefined) {
      this.span.setAttribute('error.type', fault)
      this.span.setStatus({ code: SpanStatusCode.ERROR })
    }
    this.span.end()
  }
}

class UnrecordedSpan implements Span {
  constructor(readonly trace: TraceContext | undefined) {}

  end(): void {}
}

function asParent(context: TraceContext): Context {
  return traces.setSpanContext(ROOT_CONTEXT, asSpanContext(context))
}

function asSpanContext({ traceparent, tracestate }: TraceContext): SpanContext {
  return {
    traceId: traceparent.slice(3, 35),
    spanId: traceparent.slice(36, 52),
    traceFlags: parseInt(traceparent.slice(53), 16),
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  }
}

/** Says in the log when spans begin not to be taken, and when they are again. */
class ToldExporter implements SpanExporter {
  private readonly logger = new Logger('Tracing')
  private isFailing = false

  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], told: Parameters<SpanExporter['export']>[1]): void {
    this.exporter.export(spans, (result) => {
      this.tell(result.error)
      told(result)
    })
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown()
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.()
  }

  private tell(error: Error | undefined): void {
    if ((error !== undefined) === this.isFailing) return
    this.isFailing = error !== undefined
    if (error) {
      this.logger.warn(
        `Spans are dropped, for OTEL_EXPORTER_OTLP_ENDPOINT does not take them: ${error.message}`,
      )
    } else this.logger.log('Spans are taken again.')
  }
}
