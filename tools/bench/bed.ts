import { setTimeout as sleep } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import mongoose from 'mongoose'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'
import { Failure } from '../console/failure.mjs'
import { eraseData } from '../infrastructure/data.ts'
import type { Broker } from '../infrastructure/broker.ts'
import type { Database } from '../infrastructure/database.ts'
import { startInfrastructure } from '../infrastructure/infrastructure.ts'
import type { Roster } from '../processes/roster.ts'
import { startService, type Service } from '../services/service.ts'
import { serviceNames, type ServiceName } from '../services/service-names.ts'
import { startLoad, type LoadOrder, type LoadSecond, type RunningLoad } from './generator.ts'
import { pidOf, usageOf, type Usage } from './processes.ts'
import { handlers, topicNames, type TopicName, type Variant } from './variant.ts'

type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>

export interface BedOptions {
  variant: Variant
  partitions: number
  /** Settings of the services, beside those that say where broker and database are. */
  env?: Record<string, string>
  /** Services that are started; all if not said. */
  services?: readonly ServiceName[]
  replicas?: Partial<Record<ServiceName, number>>
}

/** One system to be measured, with a broker and a database of its own, all new. */
export class Bed {
  private services: { name: ServiceName; service: Service }[] = []
  private labels = 0
  readonly client: MongoClient
  private readonly admin: Admin
  private readonly roster: Roster
  private readonly directory: string
  private readonly broker: Broker
  private readonly database: Database
  readonly options: BedOptions

  private constructor(
    roster: Roster,
    directory: string,
    broker: Broker,
    database: Database,
    client: MongoClient,
    admin: Admin,
    options: BedOptions,
  ) {
    this.roster = roster
    this.directory = directory
    this.broker = broker
    this.database = database
    this.client = client
    this.admin = admin
    this.options = options
  }

  /** @param directory is emptied first */
  static async start(roster: Roster, directory: string, options: BedOptions): Promise<Bed> {
    await eraseData(directory)
    const { broker, database } = await startInfrastructure({ directory, roster })
    mendRequestQueueTimer()
    const brokers = broker.address.split(',')
    const admin = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING }).admin()
    const [client] = await Promise.all([
      new mongoose.mongo.MongoClient(database.uri).connect(),
      admin.connect(),
    ])
    const bed = new Bed(roster, directory, broker, database, client, admin, options)
    if (!options.variant.createsTopics) await bed.createTopics()
    for (const name of options.services ?? serviceNames) {
      for (let count = 0; count < (options.replicas?.[name] ?? 1); count += 1) {
        await bed.startService(name)
      }
    }
    return bed
  }

  /** Starts one more of a service and waits until it is ready. */
  async startService(name: ServiceName): Promise<void> {
    const { variant, partitions, env = {} } = this.options
    this.labels += 1
    const service = await startService(name, {
      main: variant.main(name),
      env: {
        KAFKA_BROKERS: this.broker.address,
        MONGODB_URI: this.database.uri,
        TOPIC_PARTITIONS: String(partitions),
        USER_APPROVE_PARTITIONS: String(partitions),
        LOG_LEVEL: 'warn',
        NODE_ENV: 'production',
        ...env,
      },
      directory: this.directory,
      label: `${name}-${this.labels}`,
      roster: this.roster,
    })
    this.services.push({ name, service })
  }

  /** Stops all replicas of a service. */
  async stopService(name: ServiceName): Promise<void> {
    const stopped = this.services.filter((one) => one.name === name)
    this.services = this.services.filter((one) => one.name !== name)
    await Promise.all(stopped.map(({ service }) => service.stop()))
  }

  get url(): string {
    const found = this.services.find(({ name }) => name === 'operation-service')
    if (!found) throw new Failure('There is no operation-service to measure.')
    return found.service.url
  }

  /** The processes that are measured, by name. */
  async pids(): Promise<Record<string, number>> {
    const broker = await pidOf(this.broker, this.directory)
    const database = await pidOf(this.database, this.directory)
    const services = this.services.map(({ name, service }, index) => {
      const isFirst = this.services.findIndex((other) => other.name === name) === index
      return [isFirst ? name : service.label, service.pid] as const
    })
    return {
      ...Object.fromEntries(services),
      ...(broker === undefined ? {} : { kafka: broker }),
      ...(database === undefined ? {} : { mongod: database }),
    }
  }

  async usage(extra: Record<string, number> = {}): Promise<Record<string, Usage>> {
    return usageOf({ ...(await this.pids()), ...extra })
  }

  finished(): Promise<number> {
    return this.options.variant.finished(this.client)
  }

  /** Records that each topic has got so far. */
  async ends(): Promise<Record<TopicName, number>> {
    const ends = await Promise.all(
      topicNames.map(async (topic) => [topic, await this.end(topic)] as const),
    )
    return Object.fromEntries(ends) as Record<TopicName, number>
  }

  /** Records of each topic that its group has not committed yet. */
  async lag(): Promise<Record<TopicName, number>> {
    const [ends, committed] = await Promise.all([
      this.ends(),
      Promise.all(topicNames.map((topic) => this.committed(topic))),
    ])
    return Object.fromEntries(
      topicNames.map((topic, index) => [topic, Math.max(0, ends[topic] - committed[index]!)]),
    ) as Record<TopicName, number>
  }

  /** Waits until so many operations have finished. @returns whether that was in time */
  async untilFinished(count: number, within: number): Promise<boolean> {
    const deadline = Date.now() + within
    while ((await this.finished()) < count) {
      if (Date.now() > deadline) return false
      await sleep(50)
    }
    return true
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map(({ service }) => service.stop()))
    await Promise.all([this.client.close(), this.admin.disconnect()])
    await Promise.all([this.broker.stop(), this.database.stop()])
    await eraseData(this.directory)
  }

  /** A load on this system. */
  load(order: Omit<LoadOrder, 'url'>, eachSecond: (second: LoadSecond) => void): RunningLoad {
    return startLoad(this.roster, this.directory, { ...order, url: this.url }, eachSecond)
  }

  private async createTopics(): Promise<void> {
    const numPartitions = this.options.partitions
    await this.admin.createTopics({
      topics: topicNames.map((topic) => ({ topic, numPartitions, replicationFactor: 1 })),
      waitForLeaders: true,
    })
  }

  private async end(topic: TopicName): Promise<number> {
    const offsets = await this.admin.fetchTopicOffsets(topic)
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  }

  private async committed(topic: TopicName): Promise<number> {
    const groupId = this.options.variant.group(handlers[topic])
    const groups = await this.admin.fetchOffsets({ groupId, topics: [topic] })
    return groups
      .flatMap(({ partitions }) => partitions)
      .reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
  }
}
