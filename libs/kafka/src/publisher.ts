import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { Kafka, type Message, type Producer } from 'kafkajs'

import {
  type MessageIn,
  messageId,
  type NameOf,
  operationTraceparent,
  SCHEMA_VERSION,
  type TopicMap,
  type Topics,
} from '#contracts'

import { atMost, type TraceContext, type Tracer } from '#service-defaults'

import { startSpans } from './batch-spans.js'

import { BrokerUnavailable, MessageRefused } from './kafka.errors.js'
import { ownTrace } from './message-trace.js'
import { partitionByKey } from './partitioner.js'
import { Refusals } from './refusals.js'

/** Records in one request, at most; also in bytes, for all may fall into one partition's batch (1 MB by default). */
const MOST_RECORDS = 500
const MOST_BYTES = 800_000
/** Milliseconds a stop waits for requests under way. */
const LEAVE_WITHIN = 2_000

interface Waiting {
  records: Message[]
  bytes: number
  sent: () => void
  failed: (error: Error) => void
}

/**
 * Publishes messages: typed by their topic, acknowledged by all in-sync replicas, in batches. What is published while
 * a request for the same topic is under way goes together in the next one; topics do not wait for each other. The topics are
 * those of this system, unless others are said.
 */
@Injectable()
export class Publisher<All extends TopicMap = Topics> implements OnApplicationShutdown {
  /** Topics that take nothing for the time being. */
  readonly refusals = new Refusals()
  private readonly producer: Producer
  private connecting: Promise<void> | undefined
  private readonly lines = new Map<string, { waiting: Waiting[]; busy: boolean }>()

  /** @param tracer if there are spans */
  constructor(
    kafka: Kafka,
    private readonly tracer?: Tracer,
  ) {
    // Repeats are recognised by whoever receives them, so the idempotent producer, which retries without an end, is not
    // needed. And nothing is tried again in kafkajs: its retry of a request to several brokers takes one that has
    // answered for done, and so drops what a new leader on that broker should have got. Callers try the whole again.
    this.producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: partitionByKey,
      retry: { retries: 0 },
    })
    this.producer.on(this.producer.events.DISCONNECT, () => (this.connecting = undefined))
  }

  /**
   * Publishes messages of a topic, in order.
   * @param traces what each message belongs to, in the same order; where nothing, to its operation's own trace
   * @returns when all of them are stored by the broker
   * @throws BrokerUnavailable when the broker does not take them: some may have been stored
   */
  async publish<Topic extends NameOf<All>>(
    topic: Topic,
    messages: readonly MessageIn<All, Topic>[],
    traces: readonly (TraceContext | undefined)[] = [],
  ): Promise<void> {
    if (this.tracer && messages.length > 0) {
      await this.publishInSpans(this.tracer, topic, messages, traces)
    } else await this.publishRecords(topic, recordsOf(topic, messages, traces))
  }

  /**
   * Publishes records as they are.
   * @throws BrokerUnavailable, MessageRefused
   */
  async publishRecords(topic: string, records: Message[]): Promise<void> {
    if (records.length === 0) return
    const line = this.lines.get(topic) ?? { waiting: [], busy: false }
    this.lines.set(topic, line)
    const batches = inBatches(records).map(
      (batch) =>
        new Promise<void>((sent, failed) => {
          line.waiting.push({ ...batch, sent, failed })
        }),
    )
    if (!line.busy) void this.work(topic, line)
    await Promise.all(batches)
  }

  async onApplicationShutdown(): Promise<void> {
    await atMost(LEAVE_WITHIN, this.producer.disconnect())
  }

  private async publishInSpans(
    tracer: Tracer,
    topic: string,
    messages: readonly { operationId: string }[],
    traces: readonly (TraceContext | undefined)[],
  ): Promise<void> {
    const parents = messages.map(({ operationId }, index) => traces[index] ?? ownTrace(operationId))
    const spans = startSpans(tracer, { kind: 'producer', topic, messages, traces: parents })
    try {
      await this.publishRecords(topic, recordsOf(topic, messages, spans.traces))
      spans.end()
    } catch (error) {
      spans.end(error)
      throw error
    }
  }

  private async work(topic: string, line: { waiting: Waiting[]; busy: boolean }): Promise<void> {
    line.busy = true
    // Whoever publishes in the same turn of the event loop goes along.
    await Promise.resolve()
    while (line.waiting.length > 0) {
      await this.send(topic, take(line.waiting))
    }
    line.busy = false
  }

  private async send(topic: string, batch: Waiting[]): Promise<void> {
    try {
      await this.connect()
      await this.producer.send({
        topic,
        acks: -1,
        messages: batch.flatMap(({ records }) => records),
      })
      this.refusals.taken(topic)
      for (const { sent } of batch) sent()
    } catch (error) {
      if (!isRefusal(error)) {
        this.refusals.refused(topic, error)
        for (const { failed } of batch) failed(new BrokerUnavailable(topic, error))
      } else if (batch.length > 1) {
        // The broker refuses a request as a whole: each caller's records are sent by themselves.
        for (const one of batch) await this.send(topic, [one])
      } else if (batch[0]!.records.length > 1) await this.sendHalves(topic, batch[0]!)
      else batch[0]!.failed(new MessageRefused(topic, error))
    }
  }

  /** Together the records may be more than a partition takes at once. */
  private async sendHalves(topic: string, { records, sent, failed }: Waiting): Promise<void> {
    const middle = Math.ceil(records.length / 2)
    let failure: Error | undefined
    for (const half of [records.slice(0, middle), records.slice(middle)]) {
      await this.send(topic, [
        { records: half, bytes: 0, sent: () => undefined, failed: (error) => (failure ??= error) },
      ])
    }
    if (failure) failed(failure)
    else sent()
  }

  private async connect(): Promise<void> {
    this.connecting ??= this.producer.connect()
    try {
      await this.connecting
    } catch (error) {
      this.connecting = undefined
      throw error
    }
  }
}

function recordsOf(
  topic: string,
  messages: readonly { operationId: string }[],
  traces: readonly (TraceContext | undefined)[],
): Message[] {
  return messages.map((message, index) => {
    const { operationId } = message
    const { traceparent = operationTraceparent(operationId), tracestate } = traces[index] ?? {}
    return {
      key: operationId,
      value: JSON.stringify(message),
      headers: {
        'message-id': messageId(operationId, topic),
        'schema-version': String(SCHEMA_VERSION),
        traceparent,
        ...(tracestate === undefined ? {} : { tracestate }),
      },
    }
  })
}

function take(waiting: Waiting[]): Waiting[] {
  let count = 0
  let records = 0
  let bytes = 0
  do {
    records += waiting[count]!.records.length
    bytes += waiting[count]!.bytes
    count += 1
  } while (
    count < waiting.length &&
    records + waiting[count]!.records.length <= MOST_RECORDS &&
    bytes + waiting[count]!.bytes <= MOST_BYTES
  )
  return waiting.splice(0, count)
}

function inBatches(records: Message[]): { records: Message[]; bytes: number }[] {
  const batches: { records: Message[]; bytes: number }[] = []
  let last: { records: Message[]; bytes: number } | undefined
  for (const record of records) {
    const bytes = sizeOf(record)
    if (!last || last.records.length >= MOST_RECORDS || last.bytes + bytes > MOST_BYTES) {
      last = { records: [], bytes: 0 }
      batches.push(last)
    }
    last.records.push(record)
    last.bytes += bytes
  }
  return batches
}

/** Bytes in a request, never too few: each header of a dead letter may be large. */
function sizeOf({ key, value, headers = {} }: Message): number {
  let size = 100 + Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? '')
  for (const name in headers) {
    for (const one of [headers[name]].flat()) size += 100 + Buffer.byteLength(one ?? '')
  }
  return size
}

/** What the broker refuses however often it is sent. */
function isRefusal(error: unknown): boolean {
  const type = error instanceof Error && 'type' in error ? error.type : undefined
  return ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD'].includes(String(type))
}
