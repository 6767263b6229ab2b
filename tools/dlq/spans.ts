import type { Admin, Assignment } from 'kafkajs'
import { deadLetterTopic, type SourceTopic } from './dead-letter-topics.ts'

/** What redriving has done is remembered as the committed offsets of this consumer group. */
export const redriveGroup = 'tideway-dlq-redrive'

/** The dead letters of one partition from one offset to the one before another. */
export interface Span {
  topic: SourceTopic
  partition: number
  from: number
  to: number
}

/** The dead letters that a partition holds. */
export interface DeadLetterPartition extends Span {
  /** Those below this offset were redriven. */
  redriven: number
}

/** All partitions with dead letters of these topics, as far as the topics are there. */
export async function partitionsOf(
  admin: Admin,
  topics: readonly SourceTopic[],
): Promise<DeadLetterPartition[]> {
  const there = new Set(await admin.listTopics())
  const partitions: DeadLetterPartition[] = []
  for (const topic of topics) {
    const name = deadLetterTopic(topic)
    if (!there.has(name)) continue
    const [progress] = await admin.fetchOffsets({ groupId: redriveGroup, topics: [name] })
    const committed = new Map(
      progress?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
    )
    for (const { partition, low, high } of await admin.fetchTopicOffsets(name)) {
      const redriven = Math.max(0, committed.get(partition) ?? 0)
      partitions.push({ topic, partition, from: Number(low), to: Number(high), redriven })
    }
  }
  return partitions
}

/** Those that were not redriven. */
export function waiting(partitions: readonly DeadLetterPartition[]): Span[] {
  return partitions.map(({ redriven, ...span }) => ({
    ...span,
    from: Math.max(span.from, redriven),
  }))
}

/** How many dead letters these are. */
export function sizeOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)
}

/** As kafkajs wants them. */
export function assignmentOf(spans: readonly Span[]): Assignment {
  const assignment: Assignment = {}
  for (const { topic, partition } of spans) {
    const partitions = (assignment[deadLetterTopic(topic)] ??= [])
    partitions.push(partition)
  }
  return assignment
}
