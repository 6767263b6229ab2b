import kafkajs, { type EachBatchPayload, type Kafka } from 'kafkajs'
import { Failure } from '../console/failure.mjs'
import { deadLetterOf, type DeadLetter } from './dead-letter.ts'
import { deadLetterTopic } from './dead-letter-topics.ts'
import { soleReader } from './sole-reader.ts'
import { assignmentOf, type Span } from './spans.ts'

/** How long a member of a group that was killed keeps its place. */
const sessionMs = 15_000
const silenceMs = 30_000

export interface Reading {
  kafka: Kafka
  /** The consumer group that reads: kafkajs has no other way. By default one that nobody else has. */
  groupId?: string
  spans: readonly Span[]
  /** Ends the reading early. */
  signal: AbortSignal
  /** Is given some dead letters of one partition after the other, in their order. @returns whether to go on */
  take: (letters: DeadLetter[], group: Membership) => Promise<boolean>
}

/** What `take` has to do, or can do, in the group that reads. */
export interface Membership {
  /** To be called every few seconds. */
  stay: () => Promise<void>
  /** Stores that the partition of these dead letters is done below the offset; nothing else does. */
  commit: (offset: number) => Promise<void>
}

/**
 * Reads dead letters. What is added to a partition meanwhile is left out, so that this ends even where those that are
 * redriven come back.
 *
 * @returns when all were taken, `take` wanted no more, or the signal ended it
 * @throws Failure when another process reads in the group, or Kafka falls silent
 */
export async function readDeadLetters(reading: Reading): Promise<void> {
  const { kafka, signal, take, groupId = `tideway-dlq-${crypto.randomUUID()}` } = reading
  const left = new Map(
    reading.spans
      .filter(({ from, to }) => from < to)
      .map((span) => [`${deadLetterTopic(span.topic)}/${span.partition}`, { ...span }]),
  )
  if (left.size === 0 || signal.aborted) return
  const assignment = assignmentOf([...left.values()])
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: sessionMs,
    heartbeatInterval: sessionMs / 10,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    partitionAssigners: [soleReader(assignment)],
    retry: { retries: 5, restartOnFailure: async () => false },
  })

  const { promise: ended, resolve, reject } = Promise.withResolvers<void>()
  // It may fail before it is waited for.
  ended.catch(() => {})
  let isOver = false
  let isMember = false
  const end = () => {
    isOver = true
    resolve()
  }
  const fail = (error: Error) => {
    isOver = true
    reject(error)
  }
  const silence = setTimeout(
    () => fail(new Failure(`Kafka sent no dead letter for ${silenceMs / 1000} s.`)),
    silenceMs,
  )
  const takeBatch = async (payload: EachBatchPayload) => {
    const { batch } = payload
    const key = `${batch.topic}/${batch.partition}`
    const span = left.get(key)
    if (span === undefined || isOver || !isMember) return
    silence.refresh()
    const letters = batch.messages
      .map((message) => deadLetterOf(span.topic, span.partition, message))
      .filter(({ offset }) => offset >= span.from && offset < span.to)
    const wantsMore = await take(letters, {
      stay: async () => {
        silence.refresh()
        await payload.heartbeat()
      },
      commit: async (offset) => {
        const done = { partition: span.partition, offset: String(offset) }
        await payload.commitOffsetsIfNecessary({
          topics: [{ topic: batch.topic, partitions: [done] }],
        })
        span.from = offset
      },
    })
    span.from = Number(batch.lastOffset()) + 1
    if (span.from >= span.to) left.delete(key)
    if (left.size === 0 || !wantsMore) end()
  }

  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error))
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    isMember = true
    if (Object.keys(payload.memberAssignment).length === 0) fail(new Failure(isTaken(groupId)))
    // Before anything is fetched: kafkajs would begin at the committed offset, and where the records at that one have
    // gone it commits another.
    for (const { topic, partition, from } of isOver ? [] : left.values()) {
      consumer.seek({ topic: deadLetterTopic(topic), partition, offset: String(from) })
    }
  })
  signal.addEventListener('abort', end, { once: true })
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: Object.keys(assignment), fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: (payload) =>
        takeBatch(payload).catch((error) => {
          isMember = false
          // Thrown on, it makes kafkajs join again, and the reading begins where it was; anything else ends it.
          if (isRebalance(error)) throw error
          fail(error)
        }),
    })
    await ended
  } finally {
    clearTimeout(silence)
    signal.removeEventListener('abort', end)
    await consumer.disconnect()
  }
}

/** A sentence for the one who came second. */
export function isTaken(groupId: string): string {
  return `Another process works as ${groupId}: wait until it has ended; one that was killed counts for ${sessionMs / 1000} s more.`
}

/** Another process has joined the group, or left it: who reads is decided anew. */
function isRebalance(error: unknown): boolean {
  return error instanceof kafkajs.KafkaJSProtocolError && error.type === 'REBALANCE_IN_PROGRESS'
}
