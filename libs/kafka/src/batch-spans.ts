import { faultOf, type SpanAttributes, type TraceContext, type Tracer } from '#service-defaults'

/** Links of one span, at most: those of a batch's first messages. */
const MOST_LINKS = 100

const KEY = 'messaging.kafka.message.key'

export interface BatchOfMessages {
  kind: 'producer' | 'consumer'
  topic: string
  /** Of a consumer. */
  group?: string | undefined
  messages: readonly { operationId: string }[]
  /** What each message belongs to, in the same order. */
  traces: readonly TraceContext[]
}

/** Spans under way. */
export interface BatchSpans {
  /** What follows from each message belongs to this, in the same order. */
  readonly traces: readonly TraceContext[]
  end(error?: unknown): void
}

/**
 * Begins the spans of messages that are published, or handled, together. A message alone has one, in its own trace.
 * Several have one in a trace of its own, which links to theirs; and in theirs each has one that links to it, so that a
 * trace shows all its steps however full the batches are. Whether any of these is sampled is the tracer's to say.
 *
 * Names and attributes: OpenTelemetry's semantic conventions for messaging and Kafka.
 */
export function startSpans(
  tracer: Tracer,
  { kind, topic, group, messages, traces }: BatchOfMessages,
): BatchSpans {
  const does = kind === 'producer' ? 'publish' : 'handle'
  const name = `${does} ${topic}`
  const attributes: SpanAttributes = {
    'messaging.system': 'kafka',
    'messaging.operation.name': does,
    'messaging.operation.type': kind === 'producer' ? 'send' : 'process',
    'messaging.destination.name': topic,
    ...(group === undefined ? {} : { 'messaging.consumer.group.name': group }),
  }
  const batch =
    messages.length > 1
      ? tracer.start({
          name,
          kind,
          links: traces.slice(0, MOST_LINKS),
          attributes: { ...attributes, 'messaging.batch.message_count': messages.length },
        })
      : undefined
  const links = batch?.trace ? [batch.trace] : []
  const spans = messages.map(({ operationId }, index) =>
    tracer.start({
      name,
      kind,
      parent: traces[index],
      links,
      attributes: { ...attributes, [KEY]: operationId },
    }),
  )
  return {
    traces: spans.map(({ trace }, index) => trace ?? traces[index]!),
    end: (error) => {
      const fault = error === undefined ? undefined : faultOf(error)
      for (const span of spans) span.end({}, fault)
      batch?.end({}, fault)
    },
  }
}
