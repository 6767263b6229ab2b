import { randomUUID } from 'node:crypto'

import { type Message } from 'kafkajs'
import { afterAll } from 'vitest'

import {
  type MessageIn,
  type NameOf,
  type TopicMap,
  type Topics,
  topics as topicsOfSystem,
} from '#contracts'
import { createKafkaClient, Publisher } from '#kafka'

/** A message as it lies in its topic. */
export interface Published<Topic extends NameOf<All>, All extends TopicMap = Topics> {
  key: string | undefined
  headers: Record<string, string>
  value: MessageIn<All, Topic>
  partition: number
  /** When it was published, in milliseconds since the epoch. */
  publishedAt: number
}

/** The topics as a test sees them from outside: what services publish, and messages for them. */
export interface TestTopics<All extends TopicMap = Topics> {
  /** What has been read of a topic, in the order of its partitions; of one operation, if said. */
  published<Topic extends NameOf<All>>(topic: Topic, operationId?: string): Published<Topic, All>[]
  publish<Topic extends NameOf<All>>(topic: Topic, messages: MessageIn<All, Topic>[]): Promise<void>
  publishRecords(topic: NameOf<All>, records: Message[]): Promise<void>
}

/** To be called at the top of a file, once the topics are there. @param broker `host:port` */
export function openTestTopics(broker: string): Promise<TestTopics> {
  return openTestTopicsOf(topicsOfSystem, broker)
}

/** The same for topics of other contracts. @param broker `host:port` */
export async function openTestTopicsOf<All extends TopicMap>(
  topics: All,
  broker: string,
): Promise<TestTopics<All>> {
  const kafka = createKafkaClient('test', { KAFKA_BROKERS: [broker], KAFKA_SSL: false })
  const publisher = new Publisher<All>(kafka)
  const consumer = kafka.consumer({
    groupId: `test-${randomUUID()}`,
    maxWaitTimeInMs: 50,
    // The least that a broker allows: when it comes back, it waits so long for the member that was there before.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_000,
  })
  const names = Object.keys(topics)
  const seen = new Map(names.map((name) => [name, [] as Published<NameOf<All>, All>[]]))
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
      seen.get(topic)!.push({
        key: message.key?.toString(),
        headers: Object.fromEntries(headers) as Record<string, string>,
        value: JSON.parse(String(message.value)) as MessageIn<All, NameOf<All>>,
        partition,
        publishedAt: Number(message.timestamp),
      })
    },
  })
  return {
    published: <Topic extends NameOf<All>>(topic: Topic, operationId?: string) => {
      const all = seen.get(topic) as Published<Topic, All>[]
      return all.filter(({ key }) => operationId === undefined || key === operationId)
    },
    publish: (topic, messages) => publisher.publish(topic, messages),
    publishRecords: (topic, records) => publisher.publishRecords(topic, records),
  }
}
