import { type Admin, type Kafka, type KafkaMessage, type Message, type Producer } from 'kafkajs'
import { afterAll } from 'vitest'

import {
  deadLetterTopic,
  type PartitionSettings,
  type ServiceName,
  type TopicName,
  type Topics,
  topics,
} from '#contracts'
import { eventually, startTestBroker } from '#testing'

import { createKafkaClient, type KafkaSettings, TopicAdmin } from '../src/index.js'

export type TestSettings = KafkaSettings & PartitionSettings<Topics>

/** Few partitions, so that topics are made quickly; as many as usual where replicas are tested. */
export function settingsFor(broker: string): TestSettings {
  return {
    PORT: 0,
    KAFKA_BROKERS: [broker],
    KAFKA_SSL: false,
    TOPIC_PARTITIONS: 2,
    USER_APPROVE_PARTITIONS: 12,
    TOPIC_REPLICATION_FACTOR: 1,
    SAGA_DEADLINE_MS: 60_000,
  }
}

/** A letter as it lies among the dead ones. */
export type FoundLetter = KafkaMessage & { partition: number }

/** A broker for a file's tests, and what they ask of it. */
export interface TestKafka {
  kafka: Kafka
  address: string
  stop(): Promise<void>
  start(): Promise<void>
  kill(): Promise<void>
  /** Sends records to one partition. @returns the offset of the first one */
  send(topic: string, partition: number, records: Message[]): Promise<number>
  /** Where a message was sent last. */
  partitionOf(message: { operationId: string }): number | undefined
  /** What the group has committed for each partition; -1 where nothing. */
  committed(service: ServiceName, topic: TopicName): Promise<number[]>
  /** Where each partition ends. */
  ends(topic: string): Promise<number[]>
  /** Lets a group that has no members begin with what comes from now on. */
  skipToEnd(service: ServiceName, topic: TopicName): Promise<void>
  /** How many members a group has. */
  members(service: ServiceName): Promise<number>
  /** The dead letters of a topic, all that there are. */
  deadLetters(topic: TopicName): Promise<FoundLetter[]>
  admin: Admin
}

/** To be called at the top of a file. The topics are there; everything goes when the file's tests have run. */
export async function startKafka(): Promise<TestKafka> {
  const broker = await startTestBroker()
  const kafka = createKafkaClient('test', settingsFor(broker.address))
  const [admin, producer] = [kafka.admin(), kafka.producer({ allowAutoTopicCreation: false })]
  await Promise.all([admin.connect(), producer.connect()])
  afterAll(async () => {
    await Promise.all([admin.disconnect(), producer.disconnect()])
  })
  await new TopicAdmin(kafka, topics, settingsFor(broker.address)).ensureTopics()
  const sentTo = new Map<Message['key'], number>()
  return {
    kafka,
    admin,
    address: broker.address,
    stop: () => broker.stop(),
    start: () => broker.start(),
    kill: () => broker.kill(),
    send: (topic, partition, records) => {
      for (const { key } of records) sentTo.set(key, partition)
      return send(producer, topic, partition, records)
    },
    partitionOf: ({ operationId }) => sentTo.get(operationId),
    committed: async (service, topic) => {
      const [found] = await admin.fetchOffsets({ groupId: service, topics: [topic] })
      return byPartition(found!.partitions)
    },
    ends: async (topic) => byPartition(await admin.fetchTopicOffsets(topic)),
    skipToEnd: (service, topic) => skipToEnd(kafka, admin, service, topic),
    members: async (service) => {
      const { groups } = await admin.describeGroups([service])
      return groups[0]!.members.length
    },
    deadLetters: (topic) => readAll(kafka, admin, deadLetterTopic(topic)),
  }
}

async function send(
  producer: Producer,
  topic: string,
  partition: number,
  records: Message[],
): Promise<number> {
  const messages = records.map((record) => ({ ...record, partition }))
  const [stored] = await producer.send({ topic, acks: -1, messages })
  return Number(stored!.baseOffset)
}

/** kafkajs' own `admin.setOffsets` does the same and waits for a fetch of 5 s. */
async function skipToEnd(
  kafka: Kafka,
  admin: Admin,
  groupId: ServiceName,
  topic: TopicName,
): Promise<void> {
  const ends = await admin.fetchTopicOffsets(topic)
  // A coordinator that is new to the group may refuse it for a moment.
  await eventually(async () => {
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
    try {
      await consumer.connect()
      await consumer.subscribe({ topic })
      await consumer.run({ autoCommit: false, eachMessage: async () => undefined })
      await consumer.commitOffsets(
        ends.map(({ partition, offset }) => ({ topic, partition, offset })),
      )
    } finally {
      await consumer.disconnect()
    }
  })
}

async function readAll(kafka: Kafka, admin: Admin, topic: string): Promise<FoundLetter[]> {
  const there = byPartition(await admin.fetchTopicOffsets(topic))
  const wanted = there.reduce((sum, end) => sum + end, 0)
  const found: FoundLetter[] = []
  if (wanted === 0) return found
  const groupId = `test-${crypto.randomUUID()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await consumer.run({
      eachMessage: async ({ partition, message }) => void found.push({ ...message, partition }),
    })
    await eventually(() => {
      if (found.length < wanted) throw new Error(`${found.length} of ${wanted} dead letters`)
    })
    return found
  } finally {
    await consumer.disconnect()
  }
}

function byPartition(offsets: { partition: number; offset: string }[]): number[] {
  return offsets.toSorted((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset))
}
