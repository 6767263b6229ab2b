import { type EachBatchPayload, type KafkaMessage } from 'kafkajs'

import { type TopicName } from '#contracts'

import { type Broker, type Group } from './broker.js'
import { type Process } from './process.js'

interface Position {
  topic: TopicName
  partition: number
  offset: number
  isPaused: boolean
}

type Listener = (event: { payload: object }) => void
type Selection = { topic: string; partitions?: number[] }[]

/** A member of a group: kafkajs' consumer, as much of it as the transport uses. */
export class Member {
  readonly events = { GROUP_JOIN: 'join', FETCH: 'fetch', STOP: 'stop', CRASH: 'crash' }
  private readonly listeners = new Map<string, Listener>()
  private positions: Position[] = []
  private generation = 0
  private renewals = 0
  /** Commits that it asked for, and the last of them that came to the broker. */
  private asked = 0
  private committed = 0
  private handOver: ((fetched: EachBatchPayload) => Promise<void>) | undefined
  /** Batches that are being handed over: the next fetch comes after them. */
  private busy = 0

  constructor(
    readonly process: Process,
    readonly group: Group,
    private readonly broker: Broker,
    private readonly commit: (what: string, effect: () => void) => Promise<void>,
  ) {}

  on(event: string, listener: Listener): void {
    this.listeners.set(event, listener)
  }

  async connect(): Promise<void> {}
  async subscribe(): Promise<void> {}

  async run({ eachBatch }: { eachBatch: (fetched: EachBatchPayload) => Promise<void> }) {
    this.handOver = eachBatch
    this.group.join(this)
  }

  async disconnect(): Promise<void> {
    this.group.leave(this)
  }

  pause(selection: Selection): void {
    this.setPaused(selection, true)
  }

  resume(selection: Selection): void {
    this.setPaused(selection, false)
  }

  commitOffsets(offsets: { topic: string; partition: number; offset: string }[]): Promise<void> {
    const { generation } = this
    const order = (this.asked += 1)
    const what = offsets.map(({ topic, partition, offset }) => `${topic}[${partition}] ${offset}`)
    return this.commit(`commits ${what.join(', ')}`, () => {
      // They go over one connection, and so do not overtake each other.
      if (order < this.committed) return
      this.committed = order
      this.group.commit(generation, offsets)
    })
  }

  /** It was thrown out without knowing it, and comes back as another one. */
  renew(): void {
    this.renewals += 1
    this.group.join(this)
  }

  /** It reads on where its group has committed. */
  async assign(partitions: number[]): Promise<void> {
    this.generation = this.group.generation
    this.positions = this.group.topics.flatMap((topic) =>
      partitions.map((partition) => ({
        topic,
        partition,
        offset: this.group.committed(topic, partition),
        isPaused: false,
      })),
    )
    const memberAssignment = Object.fromEntries(
      this.group.topics.map((topic) => [topic, partitions]),
    )
    const memberId = `${this.process.name} ${this.renewals}`
    await this.process.run(() => this.emit('join', { memberId, memberAssignment }))
  }

  /** Whether there is something of a topic to be fetched. */
  hasNext(topic: TopicName): boolean {
    return this.busy === 0 && this.open(topic).length > 0
  }

  /** Fetches from its partitions of a topic. @returns the records */
  async fetch(topic: TopicName, mostOfEach: number): Promise<KafkaMessage[]> {
    const parts = this.open(topic).map((position) => {
      const log = this.broker.log(topic, position.partition)
      return { position, log, messages: log.slice(position.offset, position.offset + mostOfEach) }
    })
    await this.process.run(() => {
      this.emit('fetch', {})
      for (const { position, log, messages } of parts) {
        const fetched = {
          batch: {
            topic,
            partition: position.partition,
            messages,
            highWatermark: String(log.length),
          },
          resolveOffset: (offset: string) => (position.offset = Number(offset) + 1),
        }
        this.busy += 1
        void this.handOver!(fetched as unknown as EachBatchPayload).finally(() => (this.busy -= 1))
      }
    })
    return parts.flatMap(({ messages }) => messages)
  }

  private open(topic: TopicName): Position[] {
    if (!this.process.isAlive || !this.group.members.includes(this)) return []
    return this.positions.filter(
      (position) =>
        position.topic === topic &&
        !position.isPaused &&
        position.offset < this.broker.log(topic, position.partition).length,
    )
  }

  private setPaused(selection: Selection, isPaused: boolean): void {
    for (const { topic, partitions } of selection) {
      for (const position of this.positions) {
        if (position.topic !== topic) continue
        if (!partitions || partitions.includes(position.partition)) position.isPaused = isPaused
      }
    }
  }

  private emit(event: string, payload: object): void {
    this.listeners.get(event)?.({ payload })
  }
}
