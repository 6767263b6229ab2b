import { randomUUID } from 'node:crypto'
import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import { handlers, topicNames } from '../bench/variant.ts'

const readWithin = 120_000

/** Reads all that a topic holds, partition by partition in parts. */
export async function readTopic(
  kafka: Kafka,
  topic: string,
  take: (messages: KafkaMessage[]) => Promise<void> | void,
): Promise<void> {
  const offsets = await withAdmin(kafka, (admin) => admin.fetchTopicOffsets(topic))
  const unread = new Map(
    offsets
      .filter(({ low, high }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  )
  if (unread.size === 0) return
  const consumer = kafka.consumer({ groupId: `torture-${randomUUID()}` })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(reject, readWithin, new Error(`${topic} could not be read.`))
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages } }) => {
        try {
          await take(messages)
        } catch (error) {
          // Thrown from here it would only be tried again.
          reject(error)
        }
        const next = Number(messages.at(-1)?.offset ?? -1) + 1
        if (next >= (unread.get(partition) ?? Infinity)) unread.delete(partition)
        if (unread.size === 0) resolve()
      },
    })
    await promise
  } finally {
    clearTimeout(timer)
    await consumer.disconnect()
  }
}

/** Partitions whose group has not committed all they hold, in sentences. */
export async function lags(kafka: Kafka): Promise<string[]> {
  return withAdmin(kafka, async (admin) => {
    const sentences: string[] = []
    for (const topic of topicNames) {
      const groupId = handlers[topic]
      const [ends, [group]] = [
        await admin.fetchTopicOffsets(topic),
        await admin.fetchOffsets({ groupId, topics: [topic] }),
      ]
      const committed = new Map(group?.partitions.map((one) => [one.partition, one.offset]))
      for (const { partition, low, high } of ends) {
        const done = Math.max(Number(committed.get(partition) ?? -1), Number(low))
        if (done >= Number(high)) continue
        sentences.push(`${groupId} got as far as ${done} of ${high} in ${topic}, ${partition}`)
      }
    }
    return sentences
  })
}

async function withAdmin<Answer>(
  kafka: Kafka,
  ask: (admin: Admin) => Promise<Answer>,
): Promise<Answer> {
  const admin = kafka.admin({ retry: { retries: 2 } })
  try {
    await admin.connect()
    return await ask(admin)
  } finally {
    await admin.disconnect()
  }
}
