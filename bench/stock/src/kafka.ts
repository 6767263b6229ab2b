import {
  type ClientKafka,
  ClientsModule,
  type MicroserviceOptions,
  Transport,
} from '@nestjs/microservices'
import { lastValueFrom } from 'rxjs'

import { settings } from './settings.js'
import { type Messages } from './topics.js'

/** What a `ClientKafka` is injected by. */
export const KAFKA_CLIENT = 'KAFKA_CLIENT'

/** The consuming side of a service. Nest appends `-server` to the group's name. */
export function kafkaServer(service: string): MicroserviceOptions {
  return {
    transport: Transport.KAFKA,
    options: {
      client: { clientId: service, brokers: settings.brokers },
      consumer: { groupId: service },
      subscribe: { fromBeginning: true },
      run: { partitionsConsumedConcurrently: settings.partitionsConsumedConcurrently },
    },
  }
}

/** The producing side of a service. */
export function kafkaClient(service: string) {
  return ClientsModule.register([
    {
      name: KAFKA_CLIENT,
      transport: Transport.KAFKA,
      options: {
        client: { clientId: service, brokers: settings.brokers },
        producerOnlyMode: true,
      },
    },
  ])
}

/** Resolves once all in-sync replicas have the message: `acks` is -1 unless told otherwise. */
export async function publish<Topic extends keyof Messages>(
  client: ClientKafka,
  topic: Topic,
  message: Messages[Topic],
): Promise<void> {
  const { operationId } = message
  const headers = { 'message-id': `${operationId}:${topic}`, 'schema-version': '1' }
  await lastValueFrom(client.emit<unknown>(topic, { key: operationId, value: message, headers }))
}
