import { join } from 'node:path'
import mongoose from 'mongoose'
import { checkBooks } from '../books/books.ts'
import type { ServiceName } from '../services/service-names.ts'

type MongoClient = InstanceType<typeof mongoose.mongo.MongoClient>

export const topicNames = [
  'user-create',
  'user-approve',
  'user-approve-response',
  'user-create-response',
] as const
export type TopicName = (typeof topicNames)[number]

/** Which service handles a topic. */
export const handlers: Record<TopicName, ServiceName> = {
  'user-create': 'user-service',
  'user-approve': 'user-approval-service',
  'user-approve-response': 'user-service',
  'user-create-response': 'operation-service',
}

/** A system that is measured: how it is run, and where its results are found. */
export interface Variant {
  name: string
  /** The program of a service, below the workspace. */
  main(service: ServiceName): string
  /** Whether it creates its topics by itself. */
  createsTopics: boolean
  group(service: ServiceName): string
  finished(client: MongoClient): Promise<number>
  /** Milliseconds from accepted to finished, of operations accepted in a time. */
  durations(client: MongoClient, from: Date, to: Date): AsyncIterable<number>
  /** What does not balance, in sentences, of what was accepted since a time. */
  imbalances(client: MongoClient, acceptedIds: readonly string[], since: Date): Promise<string[]>
}

export const tideway: Variant = {
  name: 'Tideway',
  main: (service) => join('dist', 'apps', service, 'src', 'main.js'),
  createsTopics: true,
  group: (service) => service,
  finished: (client) =>
    client.db('operation_service').collection('outcomes').estimatedDocumentCount(),
  async *durations(client, from, to) {
    const { acceptedAt, firstIdAt } = await import('#contracts')
    const outcomes = client
      .db('operation_service')
      .collection<{ _id: string; finishedAt: Date }>('outcomes')
      .find({ _id: { $gte: firstIdAt(from.getTime()), $lt: firstIdAt(to.getTime()) } })
      .project<{ _id: string; finishedAt: Date }>({ finishedAt: 1 })
    for await (const { _id, finishedAt } of outcomes) yield finishedAt.getTime() - acceptedAt(_id)
  },
  async imbalances(client, ids, since) {
    const { firstIdAt } = await import('#contracts')
    return (await checkBooks(client, ids, firstIdAt(since.getTime()))).imbalances
  },
}

/** Nest's own Kafka transport: see bench/README.md. */
export const stock: Variant = {
  name: 'stock Nest transport',
  main: (service) => join('dist', 'bench', 'stock', 'src', service, 'main.js'),
  createsTopics: false,
  group: (service) => `${service}-server`,
  finished: (client) => stockOperations(client).countDocuments({ state: { $ne: 'pending' } }),
  async *durations(client, from, to) {
    const operations = stockOperations(client).find({ createdAt: { $gte: from, $lt: to } })
    for await (const { createdAt, finishedAt } of operations) {
      if (finishedAt) yield finishedAt.getTime() - createdAt.getTime()
    }
  },
  async imbalances(client, ids) {
    const open = await stockOperations(client).countDocuments({ state: 'pending' })
    const stored = await stockOperations(client).countDocuments({ _id: { $in: [...ids] } })
    return [
      ...(open > 0 ? [`${open} operations have not ended`] : []),
      ...(stored < ids.length ? [`${ids.length - stored} were accepted and are not stored`] : []),
    ]
  },
}

function stockOperations(client: MongoClient) {
  return client
    .db('stock_operation_service')
    .collection<{ _id: string; state: string; createdAt: Date; finishedAt?: Date }>('operations')
}
