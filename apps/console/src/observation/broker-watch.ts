import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { type Admin, Kafka } from 'kafkajs'

import { deadLetterTopic, type TopicName, topics } from '#contracts'
import { atMost } from '#service-defaults'

import { type ServiceName } from '../console.api.js'
import { forEachService, SERVICES } from '../fleet/services.js'
import { type Committed, endOf, lagOf, type PartitionRange, recordsIn } from './offsets.js'
import { READERS, SAGA_TOPICS } from './saga-topics.js'

/** Milliseconds that a stop waits for the connection to close. */
const LEAVE_WITHIN = 1_000

/** What the broker tells of the saga's topics. */
export interface Traffic {
  /** Records that ever came to all of them. */
  events: number
  /** By topic: records that its group has yet to do. */
  lag: Record<string, number>
}

/** Asks the broker, as anybody may: no member of any group, and it makes no topics. */
@Injectable()
export class BrokerWatch implements OnApplicationShutdown {
  private readonly admin: Admin

  constructor(kafka: Kafka) {
    // Who asks each second tries again by itself.
    this.admin = kafka.admin({ retry: { retries: 0 } })
  }

  /** @throws when the broker is away, or a topic is not there */
  async traffic(): Promise<Traffic> {
    // All at once: one after the other, a busy machine would not answer in time. A group may go on in between.
    const [ranges, committed] = await Promise.all([
      Promise.all(SAGA_TOPICS.map((topic) => this.ranges(topic))),
      Promise.all(SAGA_TOPICS.map((topic) => this.committed(topic))),
    ])
    return {
      events: ranges.reduce((sum, each) => sum + endOf(each), 0),
      lag: Object.fromEntries(
        SAGA_TOPICS.map((topic, index) => [topic, lagOf(ranges[index]!, committed[index]!)]),
      ),
    }
  }

  /** Records in all topics of dead letters. @throws as `traffic` */
  async deadLetters(): Promise<number> {
    const names = Object.keys(topics) as TopicName[]
    const ranges = await Promise.all(names.map((name) => this.ranges(deadLetterTopic(name))))
    return ranges.reduce((sum, each) => sum + recordsIn(each), 0)
  }

  /** Members of each service's group. @throws when the broker is away */
  async members(): Promise<Record<ServiceName, number>> {
    await this.admin.connect()
    const { groups } = await this.admin.describeGroups([...SERVICES])
    const members = new Map(groups.map(({ groupId, members: all }) => [groupId, all.length]))
    return forEachService((service) => members.get(service) ?? 0)
  }

  async onApplicationShutdown(): Promise<void> {
    await atMost(LEAVE_WITHIN, this.admin.disconnect())
  }

  private async committed(topic: (typeof SAGA_TOPICS)[number]): Promise<Committed> {
    await this.admin.connect()
    const offsets = await this.admin.fetchOffsets({ groupId: READERS[topic], topics: [topic] })
    return new Map(
      offsets.flatMap(({ partitions }) =>
        partitions.map(({ partition, offset }) => [partition, Number(offset)] as const),
      ),
    )
  }

  private async ranges(topic: string): Promise<PartitionRange[]> {
    await this.admin.connect()
    const offsets = await this.admin.fetchTopicOffsets(topic)
    return offsets.map(({ partition, low, high }) => ({
      partition,
      low: Number(low),
      high: Number(high),
    }))
  }
}
