import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import mongoose from 'mongoose'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'
import { startBroker } from '../infrastructure/broker.ts'
import { uriOf } from '../infrastructure/connection-string.ts'
import { eraseData } from '../infrastructure/data.ts'
import { startDatabase } from '../infrastructure/database.ts'
import { freePort, reserved } from '../processes/ports.ts'
import type { Roster } from '../processes/roster.ts'
import { serviceNames, type ServiceName } from '../services/service-names.ts'
import { Proxy } from './proxy.ts'
import type { Victim } from './schedule.ts'
import { TorturedServer, TorturedService, type Observer } from './tortured-process.ts'
import { Turns } from './turns.ts'

export type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>

const replicas = 2
/** Users that a replica approves at a time: what piled up in an outage is soon done. */
const approvalConcurrency = 200

/** Which servers each service talks to. */
const needs: Record<ServiceName, readonly ('broker' | 'database')[]> = {
  'operation-service': ['broker', 'database'],
  'user-service': ['broker', 'database'],
  'user-approval-service': ['broker'],
}

/** The network between a replica and a server. */
export interface Link {
  name: string
  proxy: Proxy
  turns: Turns
}

/**
 * The system under torture: two replicas of each service, a broker and a database, and a network of its own between
 * each replica and each server. The broker tells every replica the address of its own network only.
 */
export class Rig {
  readonly services: TorturedService[]
  readonly servers: TorturedServer[]
  readonly links: Link[]
  /** Straight to the servers, by no network that is harmed. */
  readonly client: MongoClient
  readonly kafka: Kafka

  private constructor(parts: Pick<Rig, 'services' | 'servers' | 'links' | 'client' | 'kafka'>) {
    this.services = parts.services
    this.servers = parts.servers
    this.links = parts.links
    this.client = parts.client
    this.kafka = parts.kafka
  }

  /** @param directory is emptied first */
  static async start(roster: Roster, directory: string, observer: Observer): Promise<Rig> {
    await eraseData(directory)
    rmSync(join(directory, 'logs'), { recursive: true, force: true })
    const port = distinctPorts()
    const ports = { broker: await port(), database: await port() }
    const processes: { name: string; service: ServiceName; env: Record<string, string> }[] = []
    const entrances: { port: number; advertised: number }[] = []
    const links: Link[] = []
    for (const service of serviceNames) {
      for (let replica = 1; replica <= replicas; replica += 1) {
        const name = `${service}-${replica}`
        const env: Record<string, string> = { APPROVAL_CONCURRENCY: String(approvalConcurrency) }
        for (const server of needs[service]) {
          const proxied = await port()
          const target = server === 'broker' ? await port() : ports.database
          if (server === 'broker') {
            entrances.push({ port: target, advertised: proxied })
            env['KAFKA_BROKERS'] = `127.0.0.1:${proxied}`
          } else env['MONGODB_URI'] = uriOf(proxied)
          links.push({
            name: `${name} to ${server}`,
            proxy: new Proxy(proxied, target),
            turns: new Turns((error) => observer.fail(error)),
          })
        }
        processes.push({ name, service, env })
      }
    }
    const server = { directory, roster, own: true, footprint: 'small' } as const
    const [broker, database] = await Promise.all([
      startBroker({ ...server, port: ports.broker, entrances }),
      startDatabase({ ...server, port: ports.database }),
      ...links.map(({ proxy }) => proxy.listen()),
    ])
    mendRequestQueueTimer()
    const client = new mongoose.mongo.MongoClient(database.uri, {
      readConcern: { level: 'majority' },
      serverSelectionTimeoutMS: 2_000,
      connectTimeoutMS: 2_000,
    })
    const services: TorturedService[] = []
    for (const { name, service, env } of processes) {
      const options = { env, directory, roster, port: await port() }
      services.push(new TorturedService(name, service, options, observer))
    }
    const rig = new Rig({
      services,
      servers: [broker, database].map((one) => new TorturedServer(one, directory, observer)),
      links,
      client,
      kafka: new Kafka({
        clientId: 'torture',
        brokers: [broker.address],
        logLevel: logLevel.NOTHING,
      }),
    })
    await Promise.all([client.connect(), ...services.map((one) => one.start())])
    return rig
  }

  /** Everything that can be harmed, always in the same order. */
  get victims(): Victim[] {
    return [
      ...this.services.map(({ name }) => ({ name, sort: 'service' }) as const),
      { name: 'broker', sort: 'broker' },
      { name: 'database', sort: 'database' },
      ...this.links.map(({ name }) => ({ name, sort: 'link' }) as const),
    ]
  }

  /** The replicas of a service. */
  replicasOf(name: ServiceName): TorturedService[] {
    return this.services.filter(({ service }) => service === name)
  }

  /** Resolves once all that was to be done to anybody is done. */
  async over(): Promise<void> {
    const all = [...this.services, ...this.servers, ...this.links]
    await Promise.all(all.map(({ turns }) => turns.over()))
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()))
    await this.client.close()
    await Promise.all(this.servers.map((server) => server.kill()))
    await Promise.all(this.links.map(({ proxy }) => proxy.cut()))
  }
}

/** Ports that nobody else takes while nothing listens there. */
function distinctPorts(): () => Promise<number> {
  const given = new Set<number>()
  return async () => {
    for (;;) {
      const port = await freePort(reserved)
      if (given.has(port)) continue
      given.add(port)
      return port
    }
  }
}
