import { type Consumer, type Kafka } from 'kafkajs'

/** Commits what it is handed before it is handled, as automatic commits may. */
export function commitFirst(kafka: Kafka): Kafka {
  return {
    producer: (config) => kafka.producer(config),
    consumer: (config) => {
      const consumer = kafka.consumer(config)
      const run: Consumer['run'] = ({ eachBatch, ...options } = {}) =>
        consumer.run({
          ...options,
          eachBatch: async (fetched) => {
            const { topic, partition, messages } = fetched.batch
            const offset = String(Number(messages.at(-1)!.offset) + 1)
            void consumer.commitOffsets([{ topic, partition, offset }]).catch(() => undefined)
            await eachBatch!(fetched)
          },
        })
      return Object.assign(Object.create(consumer) as Consumer, { run })
    },
  } as Kafka
}
