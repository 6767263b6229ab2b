import { setTimeout as sleep } from 'node:timers/promises'

import { Injectable, Logger } from '@nestjs/common'
import kafkajs, { Kafka, type Admin, type ITopicConfig } from 'kafkajs'

import {
  DEAD_LETTER_RETENTION,
  deadLetterTopic,
  SEGMENT_AGE,
  type TopicMap,
  topicRetention,
} from '#contracts'

import { TopicMismatch } from './kafka.errors.js'
import { type KafkaSettings } from './kafka.settings.js'

/** A broker's default for the largest record batch, in bytes. */
const LARGEST_MESSAGE = 1_048_588
/** What the dead letter's own headers may need beside the message, in bytes. */
const ROOM_FOR_HEADERS = 65_536
/** How long the broker may take to make topics, in milliseconds. */
const PATIENCE = 10_000

/** Creates the topics and their dead letters' where they are missing, and checks those that are there. */
@Injectable()
export class TopicAdmin {
  private readonly logger = new Logger(TopicAdmin.name)

  constructor(
    private readonly kafka: Kafka,
    private readonly topics: TopicMap,
    private readonly settings: KafkaSettings,
  ) {}

  /**
   * Makes sure that every topic exists with enough partitions, and that the dead letters have room for its largest
   * message.
   * @throws TopicMismatch when a topic has fewer partitions than the settings say; a kafkajs error when the broker is
   * away
   */
  async ensureTopics(): Promise<void> {
    const admin = this.kafka.admin()
    try {
      await admin.connect()
      const existing = await this.partitions(admin)
      const wanted = Object.keys(this.topics)
      for (const topic of wanted) this.check(topic, existing)
      const missing = wanted.filter((topic) => !existing.has(topic))
      await this.create(
        admin,
        missing.map((topic) => this.source(topic)),
      )
      const largest = await this.largestMessages(admin, wanted)
      await this.create(
        admin,
        wanted
          .filter((topic) => !existing.has(deadLetterTopic(topic)))
          .map((topic) => this.deadLetters(topic, existing, largest)),
      )
      await this.makeRoom(admin, wanted, largest)
    } finally {
      await admin.disconnect()
    }
  }

  private async partitions(admin: Admin): Promise<Map<string, number>> {
    const { topics: found } = await admin.fetchTopicMetadata()
    return new Map(found.map(({ name, partitions }) => [name, partitions.length]))
  }

  private check(topic: string, existing: Map<string, number>): void {
    const { partitions: setting } = this.topics[topic]!
    const [found, least] = [existing.get(topic), this.partitionsOf(topic)]
    if (found !== undefined && found < least) {
      throw new TopicMismatch(
        `Topic ${topic} has ${found} partitions, fewer than ${setting}=${least}: lower the setting, or add partitions while no message is under way.`,
      )
    }
    const buried = existing.get(deadLetterTopic(topic))
    if (found !== undefined && buried !== undefined && buried < found) {
      throw new TopicMismatch(
        `Topic ${deadLetterTopic(topic)} has ${buried} partitions, fewer than the ${found} of ${topic}: add partitions to it.`,
      )
    }
  }

  private partitionsOf(topic: string): number {
    // Which settings these are follows from the topics: KafkaModule's type has asked for them.
    return Reflect.get(this.settings, this.topics[topic]!.partitions) as number
  }

  private source(topic: string): ITopicConfig {
    return this.topic(topic, this.partitionsOf(topic), {
      'retention.ms': topicRetention(this.settings.SAGA_DEADLINE_MS),
    })
  }

  private deadLetters(
    topic: string,
    existing: Map<string, number>,
    largest: Map<string, number>,
  ): ITopicConfig {
    const partitions = existing.get(topic) ?? this.partitionsOf(topic)
    return this.topic(deadLetterTopic(topic), partitions, {
      'retention.ms': DEAD_LETTER_RETENTION,
      'max.message.bytes': (largest.get(topic) ?? LARGEST_MESSAGE) + ROOM_FOR_HEADERS,
    })
  }

  private topic(name: string, partitions: number, config: Record<string, number>): ITopicConfig {
    const replicationFactor = this.settings.TOPIC_REPLICATION_FACTOR
    const entries = {
      ...config,
      'segment.ms': SEGMENT_AGE,
      // Whatever a producer compresses with, consumers get what kafkajs can read: it knows gzip only, and one batch of
      // another kind would stop it for good.
      'compression.type': 'uncompressed',
      ...(replicationFactor >= 3 ? { 'min.insync.replicas': 2 } : {}),
    }
    return {
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: Object.entries(entries).map(([key, value]) => ({
        name: key,
        value: String(value),
      })),
    }
  }

  /** Another replica may be creating the same topics at this moment: kafkajs takes that for done. */
  private async create(admin: Admin, missing: ITopicConfig[]): Promise<void> {
    if (missing.length === 0) return
    await admin.createTopics({ topics: missing, waitForLeaders: false, timeout: PATIENCE })
    await this.untilLed(
      admin,
      missing.map(({ topic }) => topic),
    )
    this.logger.log(`Created topics ${missing.map(({ topic }) => topic).join(', ')}.`)
  }

  /** A broker denies knowing a new topic for a moment, which kafkajs' own waiting takes for a failure. */
  private async untilLed(admin: Admin, names: string[]): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE)
    for (;;) {
      const { topics: found } = await admin.fetchTopicMetadata()
      const led = found.filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
      if (names.every((name) => led.some((topic) => topic.name === name))) return
      await sleep(50, undefined, { signal })
    }
  }

  /** Each topic's `max.message.bytes`, as far as the broker lets us read it. */
  private async largestMessages(admin: Admin, names: string[]): Promise<Map<string, number>> {
    const resources = await this.unlessForbidden(async () => {
      const described = await admin.describeConfigs({
        includeSynonyms: false,
        resources: names.map((name) => ({
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name,
          configNames: ['max.message.bytes'],
        })),
      })
      return described.resources
    })
    return new Map(
      (resources ?? []).flatMap(({ resourceName, configEntries }) =>
        configEntries.map(({ configValue }) => [resourceName, Number(configValue)] as const),
      ),
    )
  }

  /** Dead letters whose topic's limit was raised since are given as much; what else was set for them stays. */
  private async makeRoom(
    admin: Admin,
    names: string[],
    largest: Map<string, number>,
  ): Promise<void> {
    const room = await this.largestMessages(admin, names.map(deadLetterTopic))
    for (const topic of names) {
      const needed = (largest.get(topic) ?? 0) + ROOM_FOR_HEADERS
      if ((room.get(deadLetterTopic(topic)) ?? Infinity) >= needed) continue
      await this.unlessForbidden(() => this.raise(admin, deadLetterTopic(topic), needed))
    }
  }

  /** Reading and changing settings of topics is a right that a service may not have, and can do without. */
  private async unlessForbidden<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
    try {
      return await ask()
    } catch (error) {
      if (!isForbidden(error)) throw error
      this.logger.warn(
        'The broker does not let this service see or change the settings of topics: dead letters may have no room for the largest messages.',
      )
      return undefined
    }
  }

  private async raise(admin: Admin, name: string, largest: number): Promise<void> {
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name }
    // Kafka takes what is not named for unset.
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [resource],
    })
    const kept = resources.flatMap(({ configEntries }) =>
      configEntries.filter(
        ({ configName, configSource }) =>
          configSource === kafkajs.ConfigSource.TOPIC_CONFIG && configName !== 'max.message.bytes',
      ),
    )
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          ...resource,
          configEntries: [
            ...kept.map(({ configName, configValue }) => ({
              name: configName,
              value: configValue,
            })),
            { name: 'max.message.bytes', value: String(largest) },
          ],
        },
      ],
    })
  }
}

function isForbidden(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    String(error.type).endsWith('_AUTHORIZATION_FAILED')
  )
}
