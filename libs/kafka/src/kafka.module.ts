import { type DynamicModule, Global, Module } from '@nestjs/common'
import { Kafka } from 'kafkajs'
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

import {
  type Contracts,
  contracts as contractsOfSystem,
  type NameOf,
  type PartitionSettings,
  type ServiceOf,
} from '#contracts'
import { type DependencyState, Health, Tracing } from '#service-defaults'

import { BatchKafkaServer } from './batch-kafka.server.js'
import { DeadLetters } from './dead-letters.js'
import { createKafkaClient } from './kafka.client.js'
import { kafkaMetricProviders, KafkaMetrics } from './kafka.metrics.js'
import { type KafkaSettings } from './kafka.settings.js'
import { Publisher } from './publisher.js'
import { TopicAdmin } from './topic-admin.js'

export interface KafkaModuleOptions<All extends Contracts = typeof contractsOfSystem> {
  service: ServiceOf<All>
  settings: KafkaSettings & PartitionSettings<All['topics']>
  /** How many messages of a topic are in the handlers' hands at a time, over all partitions. */
  inFlight?: Partial<Record<NameOf<All['topics']>, number>>
  /** Whether the service is unready while it is no member of its group. */
  requiredForReadiness: boolean
}

/** The transport (`app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })`) and the publisher of a service. */
@Global()
@Module({})
export class KafkaModule {
  /** For a service of this system. */
  static forRoot(options: KafkaModuleOptions): DynamicModule {
    return KafkaModule.of(contractsOfSystem, options)
  }

  /** For a service of another one, with contracts of its own. */
  static of<const All extends Contracts>(
    contracts: All,
    { service, settings, inFlight, requiredForReadiness }: KafkaModuleOptions<All>,
  ): DynamicModule {
    const clientId = clientIdOf(service, settings.PORT)
    return {
      module: KafkaModule,
      providers: [
        { provide: Kafka, useFactory: () => createKafkaClient(clientId, settings) },
        {
          provide: Publisher,
          inject: [Kafka, Tracing],
          useFactory: (kafka: Kafka, { tracer }: Tracing) => new Publisher(kafka, tracer),
        },
        {
          provide: TopicAdmin,
          inject: [Kafka],
          useFactory: (kafka: Kafka) => new TopicAdmin(kafka, contracts.topics, settings),
        },
        ...kafkaMetricProviders,
        KafkaMetrics,
        {
          provide: BatchKafkaServer,
          inject: [Kafka, TopicAdmin, Publisher, KafkaMetrics, Health, Tracing],
          useFactory: (
            kafka: Kafka,
            topicAdmin: TopicAdmin,
            publisher: Publisher,
            metrics: KafkaMetrics,
            health: Health,
            { tracer }: Tracing,
          ) => {
            const server = new BatchKafkaServer({
              service,
              contracts,
              kafka,
              topicAdmin,
              deadLetters: new DeadLetters(publisher, () => topicAdmin.ensureTopics()),
              metrics,
              clientId,
              tracer,
              ...(inFlight ? { inFlight } : {}),
            })
            health.addDependency('kafka', () => stateOf(server, publisher), {
              requiredForReadiness,
            })
            return server
          },
        },
      ],
      exports: [Publisher, BatchKafkaServer],
    }
  }
}

function stateOf({ isMember }: BatchKafkaServer, { refusals }: Publisher): DependencyState {
  if (!isMember) return { status: 'down', detail: 'not a member of its group' }
  const topics = refusals.lasting.map(({ topic, why }) => `${topic} takes no messages: ${why}`)
  return topics.length > 0 ? { status: 'down', detail: topics.join('; ') } : { status: 'up' }
}

/** One replica's, and the same after a restart: where it listens, on its machine or in its container, nobody else does. */
function clientIdOf(service: string, port: number): string {
  // Without a port of its own it is somebody else each time.
  return port === 0 ? `${service}@${randomUUID()}` : `${service}@${hostname()}:${port}`
}
