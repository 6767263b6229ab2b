import { setTimeout as sleep } from 'node:timers/promises'

import { Logger } from '@nestjs/common'
import { ServerKafka } from '@nestjs/microservices'
import {
  type Assigner,
  type Cluster,
  type Consumer,
  type ConsumerCrashEvent,
  type EachBatchPayload,
  Kafka,
  type PartitionAssigner,
} from 'kafkajs'
import { isObservable, lastValueFrom } from 'rxjs'

import { type Contracts } from '#contracts'
import { atMost, type Tracer } from '#service-defaults'

import { type DeadLetters } from './dead-letters.js'
import { FailureWatch } from './failure-watch.js'
import { FetchPace } from './fetch-pace.js'
import { FormerMembers } from './former-members.js'
import { Gate } from './gate.js'
import { TopicMismatch, text } from './kafka.errors.js'
import { type KafkaMetrics } from './kafka.metrics.js'
import { Lane, type LaneWork } from './lane.js'
import { type Handler } from './joint-calls.js'
import { MessageHandling } from './message-handling.js'
import { assignBySubscription } from './partition-assigner.js'
import { OffsetCommits } from './offset-commits.js'
import { type TopicAdmin } from './topic-admin.js'

/** Messages of a topic that a process has in hand at a time, unless it says otherwise. */
const IN_FLIGHT = 2_000
/** A member that is killed or hangs holds its partitions for so long: the least that brokers allow by default. */
const SESSION_TIMEOUT = 6_000
/** A member that stays learns of others that come and go by a heartbeat: a rebalance takes about so long. */
const HEARTBEAT_INTERVAL = 300
/** A broker that answers no heartbeat for so long is away, whatever its connections say. */
const SILENT_FOR = 5_000
/** A fetch waits so long for messages; a stop waits for the fetch. */
const FETCH_WAIT = 200
/** Partitions handed over at once; those beyond it wait for as long as the pace lets the fetch rest. */
const HANDED_OVER_TOGETHER = 128
const RESTART_AFTER = 1_000
/** How long a stop waits for the chunks in hand, then for their commit, then for kafkajs, which knows no limit. */
const DRAIN_WITHIN = 12_000
const COMMIT_WITHIN = 2_000
const LEAVE_WITHIN = 4_000

export interface BatchKafkaServerParts {
  service: string
  contracts: Contracts
  kafka: Kafka
  topicAdmin: TopicAdmin
  deadLetters: DeadLetters
  metrics: KafkaMetrics
  /** How many messages of a topic are in the handlers' hands at a time, over all partitions; 2,000 if not said. */
  inFlight?: Readonly<Record<string, number | undefined>>
  /** Of the Kafka client; no other replica has it at the same time. */
  clientId: string
  /** If there are spans. */
  tracer?: Tracer | undefined
}

/**
 * Nest's Kafka transport in batches: handlers are Nest's own (decorators, pipes, interceptors), called once for a batch
 * instead of once for a message. Effects first, then what follows is published, then the offset is
 * committed. Partitions do not wait for each other. A broker that is away is waited for.
 */
export class BatchKafkaServer extends ServerKafka {
  protected override readonly logger = new Logger(BatchKafkaServer.name)
  private readonly lanes = new Map<string, Lane>()
  private readonly commits = new OffsetCommits((offsets) => this.commit(offsets))
  private readonly closing = new AbortController()
  private readonly leaving = new AbortController()
  private readonly handling = new Map<string, MessageHandling>()
  private readonly pace = new FetchPace()
  private readonly formerMembers: FormerMembers
  private living: Promise<void> | undefined
  /** The consumer while its fetch loop runs: only then can partitions be paused. */
  private fetching: Consumer | undefined
  private member = false
  /** When the group's coordinator last answered; by `performance.now()`. */
  private heardAt = 0
  /** A member that joins again waits for the others, without heartbeats. */
  private rejoining = false
  private memberId: string | undefined

  constructor(private readonly parts: BatchKafkaServerParts) {
    super({
      postfixId: '',
      client: { clientId: parts.service, brokers: [] },
      consumer: { groupId: parts.service },
    })
    this.formerMembers = new FormerMembers(parts.service, parts.clientId)
  }

  /** Whether this process is a member of its group, and the broker there. A rebalance does not change it. */
  get isMember(): boolean {
    return this.member && (this.rejoining || performance.now() - this.heardAt < SILENT_FOR)
  }

  private get subscribed(): readonly string[] {
    const { contracts, service } = this.parts
    return contracts.subscriptions[service] ?? []
  }

  /**
   * Called by Nest. Calls back at once: until the broker answers, the service is alive and not ready.
   * @throws (to the callback) when the handlers are not those that the service must have, by its contracts
   */
  override async listen(callback: (error?: unknown) => void): Promise<void> {
    try {
      this.checkHandlers()
    } catch (error) {
      callback(error)
      return
    }
    this.living = this.live()
    callback()
  }

  /** Finishes the chunks in hand, commits, leaves the group; gives each of these up when it takes too long. */
  override async close(): Promise<void> {
    this.closing.abort()
    this.fetching?.pause(this.subscribed.map((topic) => ({ topic })))
    await atMost(DRAIN_WITHIN, this.stopLanes())
    await atMost(COMMIT_WITHIN, this.commits.flush())
    this.leaving.abort()
    await atMost(LEAVE_WITHIN, this.living)
    this.member = false
  }

  private checkHandlers(): void {
    const { service, contracts, tracer } = this.parts
    const must = this.subscribed
    const missing = must.filter((topic) => !this.messageHandlers.has(topic))
    const foreign = [...this.messageHandlers.keys()].filter((topic) => !must.includes(topic))
    const twice = must.filter((topic) => this.messageHandlers.get(topic)?.next)
    const faults = [
      ...missing.map((topic) => `no method has @OnTopic('${topic}')`),
      ...foreign.map((topic) => `@OnTopic('${topic}') is not this service's to handle`),
      ...twice.map((topic) => `more than one method has @OnTopic('${topic}')`),
    ]
    if (faults.length > 0) throw new Error(`${service} cannot start: ${faults.join('; ')}.`)
    for (const topic of must) {
      this.handling.set(
        topic,
        new MessageHandling(contracts.topics[topic]!, {
          handler: this.handlerOf(topic),
          gate: new Gate(this.parts.inFlight?.[topic] ?? IN_FLIGHT),
          watch: new FailureWatch(),
          deadLetters: this.parts.deadLetters,
          metrics: this.parts.metrics,
          ...(tracer ? { tracing: { tracer, group: service } } : {}),
        }),
      )
    }
  }

  /** One pass through Nest for a whole batch. */
  private handlerOf(topic: string): Handler {
    const handler = this.messageHandlers.get(topic)!
    return async (messages, context) => {
      const result: unknown = await handler(messages, context)
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined })
    }
  }

  /** Keeps a consumer in the group until the service closes, whatever happens to the broker. */
  private async live(): Promise<void> {
    const { signal } = this.closing
    while (!signal.aborted) {
      try {
        await this.parts.topicAdmin.ensureTopics()
        await this.consume()
      } catch (error) {
        if (error instanceof TopicMismatch) {
          // Waiting does not mend it. Nobody handles this, so the process ends.
          this.logger.fatal(error.message)
          throw error
        }
        this.logger.warn(`Waiting for Kafka: ${text(error)}`)
      }
      this.member = false
      await sleep(RESTART_AFTER, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Joins the group and consumes. @returns when the service leaves @throws what ended the consumer */
  private async consume(): Promise<void> {
    const { kafka, service } = this.parts
    let cluster!: Cluster
    const consumer = kafka.consumer({
      groupId: service,
      sessionTimeout: SESSION_TIMEOUT,
      heartbeatInterval: HEARTBEAT_INTERVAL,
      rebalanceTimeout: 30_000,
      maxWaitTimeInMs: FETCH_WAIT,
      maxBytesPerPartition: 512 * 1024,
      allowAutoTopicCreation: false,
      partitionAssigners: [
        (context) => {
          ;({ cluster } = context)
          return this.assigner(context)
        },
      ],
      // Whatever ends the consumer, it is made anew here; kafkajs itself goes on after some errors only.
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        retries: 5,
        restartOnFailure: async () => false,
      },
    })
    this.consumer = consumer
    const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>()
    // It may fail before anybody waits for it.
    ended.catch(() => undefined)
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      this.fetching = consumer
      this.heard()
      this.assign(payload.memberId, payload.memberAssignment)
    })
    consumer.on(consumer.events.HEARTBEAT, () => this.heard())
    consumer.on(consumer.events.FETCH, () => this.pace.fetched())
    consumer.on(consumer.events.STOP, () => (this.fetching = undefined))
    consumer.on(consumer.events.CRASH, ({ payload }: ConsumerCrashEvent) => fail(payload.error))
    const leave = () => end()
    this.leaving.signal.addEventListener('abort', leave)
    try {
      await consumer.connect()
      await this.formerMembers.leave(cluster)
      await consumer.subscribe({ topics: [...this.subscribed], fromBeginning: true })
      if (this.closing.signal.aborted) return
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: HANDED_OVER_TOGETHER,
        eachBatch: async (payload) => this.handOver(payload),
      })
      await ended
    } catch (error) {
      // kafkajs leaves the group only when it was told to stop.
      if (this.memberId !== undefined) this.formerMembers.add(this.memberId)
      throw error
    } finally {
      this.leaving.signal.removeEventListener('abort', leave)
      this.member = false
      await this.stopLanes()
      for (const lane of this.lanes.values()) this.letGo(lane)
      await atMost(LEAVE_WITHIN, consumer.disconnect())
    }
  }

  private assigner(context: Parameters<PartitionAssigner>[0]): Assigner {
    const assigner = assignBySubscription(context)
    const protocol: Assigner['protocol'] = (subscription) => {
      // Asked for by each join; of some rejoins kafkajs tells nothing else.
      this.rejoining = true
      return assigner.protocol(subscription)
    }
    return { ...assigner, protocol }
  }

  private heard(): void {
    this.heardAt = performance.now()
    this.rejoining = false
  }

  /** The group has (re)joined: lanes for what is assigned, an end for those that are not. */
  private assign(memberId: string, assignment: Record<string, number[]>): void {
    // Thrown out and back under another id: others have had its partitions meanwhile, and committed further.
    if (memberId !== this.memberId) for (const lane of this.lanes.values()) this.letGo(lane)
    this.memberId = memberId
    const assigned = new Map(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => [key(topic, partition), { topic, partition }] as const),
      ),
    )
    for (const [name, lane] of this.lanes) if (!assigned.has(name)) this.letGo(lane)
    if (this.closing.signal.aborted) return
    this.member = true
    for (const [name, { topic, partition }] of assigned) {
      if (this.lanes.has(name)) continue
      this.lanes.set(name, new Lane(topic, partition, this.workOf(topic)))
      this.fetching?.resume([{ topic, partitions: [partition] }])
    }
  }

  /** What a lane has in hand is finished, but counts for nothing here: whoever has the partition next repeats it. */
  private letGo(lane: Lane): void {
    this.lanes.delete(key(lane.topic, lane.partition))
    this.commits.drop(lane.topic, lane.partition)
    void lane.stop()
  }

  private async stopLanes(): Promise<void> {
    await Promise.all([...this.lanes.values()].map((lane) => lane.stop()))
  }

  /** Gives fetched messages to their lane; the fetch loop does not wait for them. */
  private async handOver(fetched: EachBatchPayload): Promise<void> {
    const { topic, partition, messages, highWatermark } = fetched.batch
    // A fetch from before a rebalance may end after it, with a partition that is somebody else's.
    const lane = this.lanes.get(key(topic, partition))
    if (!lane || this.closing.signal.aborted || messages.length === 0) return
    lane.accept(messages, Number(highWatermark))
    fetched.resolveOffset(messages.at(-1)!.offset)
    await this.pace.rest(messages.length)
  }

  private workOf(topic: string): LaneWork {
    const handling = this.handling.get(topic)!
    return {
      chunkSize: handling.chunkSize,
      process: (partition, messages, signal, finished) =>
        handling.process(partition, messages, signal, finished),
      done: (lane, offset) => {
        if (this.lanes.get(key(lane.topic, lane.partition)) === lane) {
          this.commits.add(lane.topic, lane.partition, offset)
        }
      },
      pause: ({ partition }) => this.fetching?.pause([{ topic, partitions: [partition] }]),
      resume: ({ partition }) => this.fetching?.resume([{ topic, partitions: [partition] }]),
    }
  }

  private async commit(offsets: Parameters<Consumer['commitOffsets']>[0]): Promise<void> {
    await this.consumer?.commitOffsets(offsets)
  }
}

const key = (topic: string, partition: number) => `${topic}:${partition}`
