import { createRequire } from 'node:module'

import { type Kafka, KafkaJSProtocolError, type ProducerConfig } from 'kafkajs'
import { describe, expect, it } from 'vitest'

import { Publisher } from './publisher.js'

type Send = (request: object) => Promise<unknown>
const kafkajs = createRequire(import.meta.url)
const sendMessages = kafkajs('kafkajs/src/producer/sendMessages.js') as (parts: object) => Send
const createRetry = kafkajs('kafkajs/src/retry/index.js') as (options: object) => unknown

/** The settings that the publisher gives its producer. */
function settingsOfPublisher(): ProducerConfig {
  let settings: ProducerConfig = {}
  const producer = { events: { DISCONNECT: 'disconnect' }, on: () => undefined }
  const publisher = new Publisher({
    producer: (given: ProducerConfig) => {
      settings = given
      return producer
    },
  } as unknown as Kafka)
  expect(publisher).toBeDefined()
  return settings
}

/**
 * kafkajs' own sending, to two brokers that lead a partition each. The second one refuses at first, for the first has
 * just become the leader of both.
 * @returns the partitions whose records a broker took
 */
function twoBrokers(retry: object) {
  const taken: number[] = []
  const leaders: Record<number, number> = { 0: 1, 1: 2 }
  const broker = (nodeId: number) => ({
    nodeId,
    produce: async ({ topicData }: { topicData: { partitions: { partition: number }[] }[] }) => {
      const partitions = topicData.flatMap((topic) => topic.partitions)
      if (nodeId === 2) {
        leaders[1] = 1
        const refusal = new KafkaJSProtocolError(new Error('not the leader'))
        throw Object.assign(refusal, { type: 'NOT_LEADER_FOR_PARTITION', retriable: true })
      }
      taken.push(...partitions.map(({ partition }) => partition))
      return { topics: [] }
    },
  })
  const brokers: Record<number, object> = { 1: broker(1), 2: broker(2) }
  const log = () => undefined
  const send = sendMessages({
    logger: { debug: log, error: log },
    cluster: {
      isConnected: () => true,
      targetTopics: new Set(),
      addMultipleTargetTopics: async () => undefined,
      refreshMetadata: async () => undefined,
      refreshMetadataIfNecessary: async () => undefined,
      findTopicPartitionMetadata: () => [{ partitionId: 0 }, { partitionId: 1 }],
      findLeaderForPartitions: (_topic: string, partitions: string[]) => {
        const led: Record<number, number[]> = {}
        for (const partition of partitions.map(Number))
          (led[leaders[partition]!] ??= []).push(partition)
        return led
      },
      findBroker: async ({ nodeId }: { nodeId: number }) => brokers[nodeId],
    },
    partitioner: ({ message }: { message: { partition: number } }) => message.partition,
    eosManager: {
      isTransactional: () => false,
      acquireBrokerLock: async () => undefined,
      releaseBrokerLock: async () => undefined,
      getSequence: () => 0,
      updateSequence: log,
      getProducerId: () => -1,
      getProducerEpoch: () => 0,
    },
    retrier: createRetry({ initialRetryTime: 1, ...retry }),
  })
  const messages = [0, 1].map((partition) => ({ key: String(partition), value: 'v', partition }))
  return {
    taken,
    sent: () => send({ acks: -1, timeout: 1_000, topicMessages: [{ topic: 't', messages }] }),
  }
}

describe('a partition that moves to another broker while its records are sent', () => {
  it('would be left out by a retry of kafkajs, which then says that all went well', async () => {
    const { taken, sent } = twoBrokers({ retries: 5 })
    await sent()
    expect(taken).toEqual([0])
  })

  it('makes the publisher fail, whose callers send everything again', async () => {
    const { retry } = settingsOfPublisher()
    const { taken, sent } = twoBrokers(retry!)
    await expect(sent()).rejects.toThrow('not the leader')
    expect(taken).toEqual([0])
  })
})
