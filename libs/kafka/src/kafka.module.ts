import { type DynamicModule, Global, Module } from '@nestjs/common'
import { Kafka } from 'kafkajs'

import { type ServiceName, type TopicName } from '#contracts'
import { Health } from '#service-defaults'

import { BatchKafkaServer } from './batch-kafka.server.js'
import { DeadLetters } from './dead-letters.js'
import { createKafkaClient } from './kafka.client.js'
import { kafkaMetricProviders, KafkaMetrics } from './kafka.metrics.js'
import { type KafkaSettings } from './kafka.settings.js'
import { Publisher } from './publisher.js'
import { TopicAdmin } from './topic-admin.js'

export interface KafkaModuleOptions {
  service: ServiceName
  settings: KafkaSettings
  /** How many messages of a topic are in the handlers' hands at a time, over all partitions. */
  inFlight?: Partial<Record<TopicName, number>>
  /** Whether the service is unready while it is no member of its group. */
  requiredForReadiness: boolean
}

/** The transport (`app.connectMicroservice({ strategy: app.get(BatchKafkaServer) })`) and the publisher of a service. */
@Global()
@Module({})
export class KafkaModule {
  static forRoot({
    service,
    settings,
    inFlight,
    requiredForReadiness,
  }: KafkaModuleOptions): DynamicModule {
    return {
      module: KafkaModule,
      providers: [
        { provide: Kafka, useFactory: () => createKafkaClient(service, settings) },
        { provide: Publisher, inject: [Kafka], useFactory: (kafka: Kafka) => new Publisher(kafka) },
        {
          provide: TopicAdmin,
          inject: [Kafka],
          useFactory: (kafka: Kafka) => new TopicAdmin(kafka, settings),
        },
        ...kafkaMetricProviders,
        KafkaMetrics,
        {
          provide: BatchKafkaServer,
          inject: [Kafka, TopicAdmin, Publisher, KafkaMetrics, Health],
          useFactory: (
            kafka: Kafka,
            topicAdmin: TopicAdmin,
            publisher: Publisher,
            metrics: KafkaMetrics,
            health: Health,
          ) => {
            const server = new BatchKafkaServer({
              service,
              kafka,
              topicAdmin,
              deadLetters: new DeadLetters(publisher),
              metrics,
              ...(inFlight ? { inFlight } : {}),
            })
            health.addDependency('kafka', () => ({ status: server.isMember ? 'up' : 'down' }), {
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
