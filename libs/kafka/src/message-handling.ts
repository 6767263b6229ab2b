import { setTimeout as sleep } from 'node:timers/promises'

import { Logger } from '@nestjs/common'
import { type KafkaMessage } from 'kafkajs'

import { type TopicMap } from '#contracts'

import { backoff } from './backoff.js'
import { type DeadLetters } from './dead-letters.js'
import { decode, type DeadLetterReason, type Decoded } from './decode.js'
import { type FailureWatch } from './failure-watch.js'
import { type Gate } from './gate.js'
import { type Handler, type HandlingTracer, JointCalls } from './joint-calls.js'
import { canRetry, text } from './kafka.errors.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { traceOf } from './message-trace.js'

/** How often a message that fails unexpectedly is tried, by itself, before it is taken for poison. */
export const ATTEMPTS = 3

type Good = Extract<Decoded, { is: 'message' }>

export interface MessageHandlingParts {
  handler: Handler
  gate: Gate
  watch: FailureWatch
  deadLetters: DeadLetters
  metrics: KafkaMetrics
  /** If there are spans. */
  tracing?: HandlingTracer
}

/**
 * What happens to the messages of one topic, in this order: read by the contract; what is broken goes to the dead
 * letters; the rest to the handler; what fails and can pass is tried again for as long as it takes; what fails
 * otherwise is halved until the message at fault stands alone, tried again, and goes to the dead letters.
 */
export class MessageHandling {
  private readonly logger = new Logger(MessageHandling.name)
  private readonly calls: JointCalls

  constructor(
    private readonly contract: TopicMap[string],
    private readonly parts: MessageHandlingParts,
  ) {
    this.calls = new JointCalls(contract.name, parts.handler, parts.metrics, parts.tracing)
  }

  private get topic(): string {
    return this.contract.name
  }

  get chunkSize(): number {
    return this.parts.gate.size
  }

  /**
   * Handles raw messages of one partition, in order; says whenever some more of them are done. Leaves some undone
   * only when the signal ends the work.
   */
  async process(
    partition: number,
    raw: KafkaMessage[],
    signal: AbortSignal,
    finished: (count: number) => void,
  ): Promise<void> {
    const decoded = raw.map((message) => decode(this.contract, message))
    try {
      for (let start = 0; start < decoded.length;) {
        const run = runOfSameKind(decoded, start)
        const [first] = run
        if (first.is === 'newer') await this.waitForUpgrade(partition, first, signal)
        else if (first.is === 'broken') {
          for (const { raw: message, reason, detail } of run as (typeof first)[]) {
            signal.throwIfAborted()
            await this.bury(partition, message, reason, detail, 1, signal)
            finished(1)
          }
        } else await this.handle(partition, run as Good[], signal, finished)
        start += run.length
      }
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }

  /** Hands messages to the handler until all are done, each exactly once or buried. */
  private async handle(
    partition: number,
    messages: Good[],
    signal: AbortSignal,
    finished: (count: number) => void,
  ): Promise<void> {
    let failures = 0
    let rest = messages
    while (rest.length > 0) {
      const failed = await this.attempt(partition, rest, signal, (count) => {
        finished(count)
        rest = rest.slice(count)
        failures = 0
      })
      if (!failed) return
      failures += 1
      if (canRetry(failed.error)) {
        this.parts.metrics.retried(this.topic)
        this.logger.warn(`Trying ${this.topic} again: ${text(failed.error)}`, {
          topic: this.topic,
          partition,
          failures,
        })
        await backoff(failures, signal)
      } else if (failed.batch.length > 1) {
        const middle = Math.ceil(failed.batch.length / 2)
        for (const half of [failed.batch.slice(0, middle), failed.batch.slice(middle)]) {
          await this.handle(partition, half, signal, finished)
        }
        rest = rest.slice(failed.batch.length)
        failures = 0
      } else if (failures < ATTEMPTS) {
        await backoff(failures, signal)
      } else if (this.parts.watch.isPoison()) {
        const { raw } = failed.batch[0]!
        await this.bury(partition, raw, 'handler-failed', text(failed.error), failures, signal)
        finished(1)
        rest = rest.slice(1)
        failures = 0
      } else {
        this.logger.error(
          `Many messages of ${this.topic} fail, so the fault is in this program: the topic waits. ${text(failed.error)}`,
          failed.error instanceof Error ? failed.error.stack : undefined,
        )
        failures = 0
      }
    }
  }

  /** One pass over the messages, as many at a time as the gate lets in. @returns what failed, if anything did */
  private async attempt(
    partition: number,
    messages: Good[],
    signal: AbortSignal,
    finished: (count: number) => void,
  ): Promise<{ batch: Good[]; error: unknown } | undefined> {
    const { gate, watch, metrics } = this.parts
    let start = 0
    while (start < messages.length) {
      while (watch.pause > 0) {
        metrics.paused(this.topic, partition, 'many-failures', true)
        try {
          await sleep(watch.pause, undefined, { signal })
        } finally {
          metrics.paused(this.topic, partition, 'many-failures', false)
        }
      }
      const places = await gate.enter(messages.length - start, signal)
      const batch = messages.slice(start, start + places)
      try {
        await this.calls.handle({
          messages: batch.map(({ value }) => value),
          publishedAt: batch.map(({ raw }) => Number(raw.timestamp)),
          traces: batch.map(({ raw, value }) => traceOf(raw, value.operationId)),
        })
      } catch (error) {
        return { batch, error }
      } finally {
        gate.leave(places)
      }
      finished(batch.length)
      start += places
    }
    return undefined
  }

  /** Puts a message among the dead letters; waits for as long as the broker does not take it. */
  private async bury(
    partition: number,
    message: KafkaMessage,
    reason: DeadLetterReason,
    detail: string,
    attempts: number,
    signal: AbortSignal,
  ): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      try {
        await this.parts.deadLetters.add({
          topic: this.topic,
          partition,
          message,
          reason,
          detail,
          attempts,
        })
        break
      } catch (error) {
        this.logger.error(`A dead letter of ${this.topic} was not taken: ${text(error)}`)
        await backoff(failures, signal)
      }
    }
    this.parts.metrics.buried(this.topic, reason)
    this.logger.error(`A message of ${this.topic} went to the dead letters: ${detail}`, {
      operationId: message.key?.toString().slice(0, 36),
      topic: this.topic,
      partition,
      offset: message.offset,
      reason,
    })
  }

  /** Holds the partition: a newer version of this service, once it is here, handles the message. */
  private async waitForUpgrade(
    partition: number,
    { raw, version }: Extract<Decoded, { is: 'newer' }>,
    signal: AbortSignal,
  ): Promise<never> {
    this.logger.error(
      `Partition ${partition} of ${this.topic} waits at offset ${raw.offset}: its message has schema version ${version}, which this version of the service does not know; upgrade it.`,
    )
    this.parts.metrics.paused(this.topic, partition, 'newer-schema', true)
    try {
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      if (signal.aborted) reject(signal.reason)
      return await promise
    } finally {
      this.parts.metrics.paused(this.topic, partition, 'newer-schema', false)
    }
  }
}

/** The messages from `start` on that are to be treated alike. */
function runOfSameKind(decoded: Decoded[], start: number): [Decoded, ...Decoded[]] {
  const { is } = decoded[start]!
  let end = start + 1
  while (end < decoded.length && decoded[end]!.is === is) end += 1
  return decoded.slice(start, end) as [Decoded, ...Decoded[]]
}
