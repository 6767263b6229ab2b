import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka, Message, Producer } from 'kafkajs'
import { topicNames, type TopicName } from '../bench/variant.ts'
import type { Random } from './random.ts'

const every = 10_000
const tryAgainAfter = 1_000
const stopWithin = 60_000

/** A message that nobody can handle. */
export interface Poison {
  topic: TopicName
  key: string
  value: string | null
}

/** Publishes a message that nobody can handle, of any kind and to any topic, every ten seconds. */
export class Poisoner {
  /** Those that the broker has taken. */
  readonly published: Poison[] = []
  private readonly producer: Producer
  private readonly random: Random
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  constructor(kafka: Kafka, random: Random) {
    this.producer = kafka.producer({ allowAutoTopicCreation: false, retry: { retries: 0 } })
    this.random = random
  }

  start(): void {
    this.working = this.work()
  }

  /** The broker is there again: waits until it has taken the last one. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await Promise.race([this.working, sleep(stopWithin, undefined, { ref: false })])
    await this.producer.disconnect()
  }

  private async work(): Promise<void> {
    const { topics } = await import('#contracts')
    const { signal } = this.stopping
    for (let count = 1; !signal.aborted; count += 1) {
      const topic = this.random.pick(topicNames)
      const key = `poison ${count}`
      const value = JSON.stringify(topics[topic].fixture)
      const message = this.random.pick<Omit<Message, 'key'>>([
        { value: 'not JSON' },
        { value: null },
        { value: '{}' },
        // Its key is not the operation's id.
        { value },
        { value, headers: { 'schema-version': 'one' } },
      ])
      await this.publish(topic, { ...message, key })
      this.published.push({ topic, key, value: message.value as string | null })
      await sleep(every, undefined, { signal }).catch(() => undefined)
    }
  }

  /** As often as it takes: it may be there more than once then. */
  private async publish(topic: TopicName, message: Message): Promise<void> {
    for (;;) {
      try {
        await this.producer.connect()
        await this.producer.send({ topic, messages: [message] })
        return
      } catch {
        await sleep(tryAgainAfter)
      }
    }
  }
}
