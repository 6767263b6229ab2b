import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Kafka, type KafkaMessage, type Message } from 'kafkajs'
import { mongo } from 'mongoose'

import { createKafkaClient } from '#kafka'

import { type ServiceName, serviceNames } from '../../tools/services/service-names.ts'
import { type Service, startService } from '../../tools/services/service.ts'
import { checkBooks } from '../../tools/books/books.ts'
import { type Broker, startBroker } from '../../tools/infrastructure/broker.ts'
import { type Database, startDatabase } from '../../tools/infrastructure/database.ts'

export interface Operation {
  id: string
  state: 'pending' | 'completed' | 'failed'
  data: { name: string; email?: string }
  result?: { userId: string }
  error?: { code: string; message: string }
  createdAt: string
  finishedAt?: string
}

export interface SystemOptions {
  /** Settings for all services. */
  env?: Record<string, string>
  /** How many of each are started at first; 1 if not said. */
  replicas?: Partial<Record<ServiceName, number>>
  /** Starts a database whose data lie below the directory; one node, if not said. */
  database?: (directory: string) => Promise<Database>
}

/** The whole system, everything real and its own: broker, database, services as built. */
export class System {
  readonly services: Record<ServiceName, Service[]> = {
    'operation-service': [],
    'user-service': [],
    'user-approval-service': [],
  }
  private labels = 0

  private constructor(
    readonly broker: Broker,
    readonly database: Database,
    readonly kafka: Kafka,
    private readonly client: mongo.MongoClient,
    /** Of its data and logs. */
    readonly directory: string,
    private readonly env: Record<string, string>,
  ) {}

  static async start({
    env = {},
    replicas = {},
    database: startOther,
  }: SystemOptions = {}): Promise<System> {
    const parent = process.env['TIDEWAY_TEST_DIRECTORY'] ?? tmpdir()
    const directory = mkdtempSync(join(parent, 'system-'))
    const [broker, database] = await Promise.all([
      startBroker({ directory, own: true, footprint: 'small' }),
      startOther?.(directory) ?? startDatabase({ directory, own: true, footprint: 'small' }),
    ])
    const kafka = createKafkaClient('system-test', {
      KAFKA_BROKERS: [broker.address],
      KAFKA_SSL: false,
    })
    const client = await new mongo.MongoClient(database.uri).connect()
    const system = new System(broker, database, kafka, client, directory, env)
    await Promise.all(
      serviceNames.flatMap((name) =>
        Array.from({ length: replicas[name] ?? 1 }, () => system.startReplica(name)),
      ),
    )
    return system
  }

  /** @param port a free one, if not said */
  async startReplica(
    name: ServiceName,
    env: Record<string, string> = {},
    port?: number,
  ): Promise<Service> {
    this.labels += 1
    const service = await startService(name, {
      env: {
        KAFKA_BROKERS: this.broker.address,
        MONGODB_URI: this.database.uri,
        ...this.env,
        ...env,
      },
      directory: this.directory,
      label: `${name}-${this.labels}`,
      ...(port !== undefined && { port }),
    })
    this.services[name].push(service)
    return service
  }

  /** Ends one replica and forgets it. @returns its exit code */
  async end(
    name: ServiceName,
    how: 'stop' | 'kill',
    service = this.services[name][0]!,
  ): Promise<number> {
    this.services[name] = this.services[name].filter((other) => other !== service)
    return service[how]()
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.services).flatMap((all) => all.map((each) => each.stop())))
    await this.client.close()
    await Promise.all([this.broker.stop(), this.database.stop()])
  }

  /** POST /users. @returns the answer, whatever its status */
  async post(body: unknown, service = this.services['operation-service'][0]!): Promise<Response> {
    return fetch(`${service.url}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  }

  /** Creates a user. @returns the accepted operation @throws when the answer is not 202 */
  async createUser(name: string, service?: Service): Promise<Operation> {
    const response = await this.post({ name }, service)
    const text = await response.text()
    if (response.status !== 202) throw new Error(`POST /users answered ${response.status}: ${text}`)
    return JSON.parse(text) as Operation
  }

  async operation(id: string): Promise<Operation> {
    const [service] = this.services['operation-service']
    const response = await fetch(`${service!.url}/operations/${id}`)
    if (!response.ok) throw new Error(`GET /operations/${id} answered ${response.status}`)
    return (await response.json()) as Operation
  }

  /** Waits until an operation has ended. */
  async ended(id: string, within = 30_000): Promise<Operation> {
    const deadline = Date.now() + within
    for (;;) {
      const operation = await this.operation(id)
      if (operation.state !== 'pending') return operation
      if (Date.now() > deadline) throw new Error(`${id} was still pending after ${within} ms`)
      await sleep(25)
    }
  }

  /** Waits until all of these have ended. */
  async allEnded(ids: readonly string[], within = 60_000): Promise<void> {
    const outcomes = this.records('operation_service', 'outcomes')
    const deadline = Date.now() + within
    for (;;) {
      const ended = await outcomes.countDocuments({ _id: { $in: [...ids] } })
      if (ended === ids.length) return
      if (Date.now() > deadline)
        throw new Error(`${ids.length - ended} of ${ids.length} never ended`)
      await sleep(100)
    }
  }

  /** Posts users from many connections at once until told to stop; whatever is not a 202 is counted, and tried no more. */
  load(
    connections: number,
    pause = 0,
  ): { stop(): Promise<{ accepted: string[]; refused: number }> } {
    const stopping = new AbortController()
    const accepted: string[] = []
    let refused = 0
    const clients = Array.from({ length: connections }, async (_, client) => {
      for (let count = 0; !stopping.signal.aborted; count += 1) {
        try {
          accepted.push((await this.createUser(`load ${client} ${count}`)).id)
        } catch {
          refused += 1
          await sleep(50)
        }
        if (pause) await sleep(pause)
      }
    })
    return {
      stop: async () => {
        stopping.abort()
        await Promise.all(clients)
        return { accepted, refused }
      },
    }
  }

  records(database: 'operation_service' | 'user_service', collection: string) {
    return this.client
      .db(database)
      .collection<{ _id: string; [field: string]: unknown }>(collection)
  }

  /** Has the database refuse records of a collection that do not fulfil a condition; `{}` refuses none. */
  async refuseUnless(
    database: 'operation_service' | 'user_service',
    collection: string,
    condition: object,
  ): Promise<void> {
    await this.client.db(database).command({ collMod: collection, validator: condition })
  }

  /**
   * The books, from outside: what does not balance, in sentences.
   * @param accepted the ids of every 202 that a client saw
   */
  async imbalances(accepted: readonly string[]): Promise<string[]> {
    return (await checkBooks(this.client, accepted)).imbalances
  }

  /** Publishes a record as it is. @returns where it is */
  async publish(topic: string, record: Message): Promise<{ partition: number; offset: number }> {
    const producer = this.kafka.producer()
    await producer.connect()
    try {
      const [stored] = await producer.send({ topic, messages: [record] })
      return { partition: stored!.partition, offset: Number(stored!.baseOffset) }
    } finally {
      await producer.disconnect()
    }
  }

  /** All records that a topic holds; those of one partition in their order. */
  async messages(topic: string): Promise<(KafkaMessage & { partition: number })[]> {
    const wanted = await this.size(topic)
    const found: (KafkaMessage & { partition: number })[] = []
    if (wanted === 0) return found
    const groupId = `system-test-${crypto.randomUUID()}`
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 50 })
    await consumer.connect()
    try {
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ partition, message }) => void found.push({ ...message, partition }),
      })
      await until(async () => found.length >= wanted)
      return found
    } finally {
      await consumer.disconnect()
    }
  }

  /** How many records a topic holds. */
  async size(topic: string): Promise<number> {
    const admin = this.kafka.admin()
    await admin.connect()
    try {
      const offsets = await admin.fetchTopicOffsets(topic)
      return offsets.reduce((sum, { high, low }) => sum + Number(high) - Number(low), 0)
    } finally {
      await admin.disconnect()
    }
  }
}

/** Waits until a condition holds. */
export async function until(condition: () => Promise<boolean>, within = 30_000): Promise<void> {
  const deadline = Date.now() + within
  while (!(await condition())) {
    if (Date.now() > deadline)
      throw new Error(`not so within ${within} ms: ${condition.toString()}`)
    await sleep(50)
  }
}
