import { randomUUID } from 'node:crypto'

import { type Message } from 'kafkajs'
import { afterAll } from 'vitest'

import { type MessageOf, type TopicName, topics } from '#contracts'
import { createKafkaClient, Publisher } from '#kafka'

/** A message as it lies in its topic. */
export interface Published<Topic extends TopicName> {
  key: string | undefined
  headers: Record<string, string>
  value: MessageOf<Topic>
  partition: number
  /** When it was published, in milliseconds since the epoch. */
  publishedAt: number
}

/** The topics as a test sees them from outside: what services publish, and messages for them. */
export interface TestTopics {
  /** What has been read of a topic, in the order of its partitions; of one operation, if said. */
  published<Topic extends TopicName>(topic: Topic, operationId?: string): Published<Topic>[]
  publish<Topic extends TopicName>(topic: Topic, messages: MessageOf<Topic>[]): Promise<void>
  publishRecords(topic: TopicName, records: Message[]): Promise<void>
}

/** To be called at the top of a file, once the topics are there. @param broker `host:port` */
export async function openTestTopics(broker: string): Promise<TestTopics> {
  const kafka = createKafkaClient('test', { KAFKA_BROKERS: [broker], KAFKA_SSL: false })
  const publisher = new Publisher(kafka)
  const consumer = kafka.consumer({
    groupId: `test-${randomUUID()}`,
    maxWaitTimeInMs: 50,
    // The least that a broker allows: when it comes back, it waits so long for the member that was there before.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  const names = Object.keys(topics) as TopicName[]
  const seen = new Map(names.map((name) => [name, [] as Published<TopicName>[]]))
  afterAll(async () => {
    await Promise.all([consumer.disconnect(), publisher.onApplicationShutdown()])
  })
  await consumer.connect()
  await consumer.subscribe({ topics: names, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ topic, partition, message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [
        name,
        String(value),
      ])
      seen.get(topic as TopicName)!.push({
        key: message.key?.toString(),
        headers: Object.fromEntries(headers) as Record<string, string>,
        value: JSON.parse(String(message.value)) as MessageOf<TopicName>,
        partition,
        publishedAt: Number(message.timestamp),
      })
    },
  })
  return {
    published: <Topic extends TopicName>(topic: Topic, operationId?: string) => {
      const all = seen.get(topic) as Published<Topic>[]
      return all.filter(({ key }) => operationId === undefined || key === operationId)
    },
    publish: (topic, messages) => publisher.publish(topic, messages),
    publishRecords: (topic, records) => publisher.publishRecords(topic, records),
  }
}
