import { type TraceContext, type Tracer } from '#service-defaults'

import { startSpans } from './batch-spans.js'
import { canRetry } from './kafka.errors.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { type BatchContext } from './on-topic.decorator.js'

/** A message of any topic. */
export type Message = { operationId: string }
export type Handler = (messages: Message[], context: BatchContext) => Promise<void>

/** Messages of one partition, in its order, each with the time it was published and what it belongs to. */
export interface Part {
  messages: Message[]
  publishedAt: number[]
  traces: TraceContext[]
}

/** What makes spans of calls, and what the service's group is called in them. */
export interface HandlingTracer {
  tracer: Tracer
  group: string
}

interface Waiting extends Part {
  done: () => void
  failed: (error: unknown) => void
}

/**
 * Makes one call of a topic's handler for what several partitions bring at about the same time: a fetch brings a little
 * of each, and a call costs the same for ten messages as for hundreds. Partitions still do not wait for each other:
 * whoever comes later gets a call of its own, and messages that make a joint call fail are told from their neighbours.
 */
export class JointCalls {
  private waiting: Waiting[] = []

  constructor(
    private readonly topic: string,
    private readonly handler: Handler,
    private readonly metrics: KafkaMetrics,
    private readonly tracing?: HandlingTracer,
  ) {}

  /** @returns when the handler has handled these messages @throws what it threw for them */
  handle(part: Part): Promise<void> {
    return new Promise((done, failed) => {
      if (this.waiting.length === 0) setImmediate(() => void this.callTogether())
      this.waiting.push({ ...part, done, failed })
    })
  }

  private async callTogether(): Promise<void> {
    const parts = this.waiting
    this.waiting = []
    try {
      await this.call(parts)
      for (const { done } of parts) done()
    } catch (error) {
      if (parts.length === 1 || canRetry(error)) for (const { failed } of parts) failed(error)
      else await Promise.all(parts.map((part) => this.call([part]).then(part.done, part.failed)))
    }
  }

  private async call(parts: Part[]): Promise<void> {
    const messages = parts.flatMap((part) => part.messages)
    const publishedAt = parts.flatMap((part) => part.publishedAt)
    const traces = parts.flatMap((part) => part.traces)
    const ended = this.metrics.handling(this.topic, messages.length)
    const spans = this.startSpans(messages, traces)
    try {
      const context = { topic: this.topic, publishedAt, traces: spans?.traces ?? traces }
      await this.handler(messages, context)
      ended('handled')
      spans?.end()
    } catch (error) {
      ended('failed')
      spans?.end(error)
      throw error
    }
  }

  private startSpans(messages: Message[], traces: TraceContext[]) {
    if (!this.tracing) return undefined
    const { tracer, group } = this.tracing
    return startSpans(tracer, { kind: 'consumer', topic: this.topic, group, messages, traces })
  }
}
