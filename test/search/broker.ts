import { type KafkaMessage, type Message } from 'kafkajs'

import { type ServiceName, subscriptions, type TopicName } from '#contracts'

import { type Member } from './member.js'

export const PARTITIONS = 2

/** Topics as logs in partitions, and groups with what they have committed. Nothing that was appended is lost. */
export class Broker {
  private readonly logs = new Map<string, KafkaMessage[][]>()
  private readonly keys = new Map<string, number>()
  private readonly groups = new Map<string, Group>()

  log(topic: string, partition: number): readonly KafkaMessage[] {
    return this.partitions(topic)[partition]!
  }

  /** All records of a topic, partition by partition. */
  records(topic: string): KafkaMessage[] {
    return this.partitions(topic).flat()
  }

  append(topic: string, messages: readonly Message[]): void {
    for (const { key, value, headers = {} } of messages) {
      const log = this.partitions(topic)[this.partitionOf(String(key))]!
      log.push({
        offset: String(log.length),
        key: Buffer.from(String(key)),
        value: value === null ? null : Buffer.from(String(value)),
        headers: Object.fromEntries(
          Object.entries(headers).map(([name, header]) => [name, Buffer.from(String(header))]),
        ),
        timestamp: String(Date.now()),
        attributes: 0,
      })
    }
  }

  /** By the order in which keys are first seen: not by their hash, for ids hold random bits. */
  partitionOf(key: string): number {
    if (!this.keys.has(key)) this.keys.set(key, this.keys.size)
    return this.keys.get(key)! % PARTITIONS
  }

  group(service: string): Group {
    const group = this.groups.get(service) ?? new Group(service as ServiceName)
    this.groups.set(service, group)
    return group
  }

  get allGroups(): Group[] {
    return [...this.groups.values()]
  }

  /** Whether every group has handled and committed everything. */
  get isHandled(): boolean {
    return this.allGroups.every((group) =>
      group.topics.every((topic) =>
        this.partitions(topic).every((log, index) => group.committed(topic, index) === log.length),
      ),
    )
  }

  private partitions(topic: string): KafkaMessage[][] {
    const partitions = this.logs.get(topic) ?? Array.from({ length: PARTITIONS }, () => [])
    this.logs.set(topic, partitions)
    return partitions
  }
}

/** A consumer group: who has which partitions, and how far they are. */
export class Group {
  members: Member[] = []
  generation = 0
  /** Somebody came or went: the partitions have to be shared out anew. */
  isDue = false
  /** Shifts the partitions among the members. */
  rotation = 0
  readonly topics: readonly TopicName[]
  private readonly offsets = new Map<string, number>()

  constructor(readonly name: ServiceName) {
    this.topics = subscriptions[name]
  }

  join(member: Member): void {
    if (!this.members.includes(member)) this.members.push(member)
    this.isDue = true
  }

  leave(member: Member): void {
    this.members = this.members.filter((each) => each !== member)
    this.isDue = true
  }

  /** Shares the partitions out among those who live. */
  async rebalance(): Promise<void> {
    this.isDue = false
    this.generation += 1
    this.members = this.members.filter(({ process }) => process.isAlive)
    for (const [index, member] of this.members.entries()) {
      const own = Array.from({ length: PARTITIONS }, (_, partition) => partition).filter(
        (partition) => (partition + this.rotation) % this.members.length === index,
      )
      await member.assign(own)
    }
  }

  /** Where a partition is to be read from by whoever gets it. */
  committed(topic: string, partition: number): number {
    return this.offsets.get(`${topic}:${partition}`) ?? 0
  }

  /** @throws when the member is not of this generation, and may no longer have the partitions */
  commit(
    generation: number,
    offsets: readonly { topic: string; partition: number; offset: string }[],
  ): void {
    if (generation !== this.generation) throw new Error('The generation is over.')
    for (const { topic, partition, offset } of offsets) {
      this.offsets.set(`${topic}:${partition}`, Number(offset))
    }
  }
}
