import { Kafka, logLevel } from 'kafkajs'
import mongoose from 'mongoose'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'
import { checkBooks } from '../books/books.ts'
import { timesOf } from '../torture/checks/times.ts'
import { storesOf } from '../torture/stores.ts'
import { readTopic } from '../torture/topics.ts'
import type { Accounts } from './demo-run.ts'

export interface Witnesses {
  broker: string
  database: string
  /** Addresses of operation-service's replicas. */
  operationServices: readonly string[]
  /** When the first user was asked for. */
  from: Date
  /** Whether operations may be open: nothing has been waited for. */
  mayBePending: boolean
}

/**
 * What came of all that was accepted, from outside: the records of both databases walked side by side, with the ids that
 * have come to the topic `user-create` as those that must be there, and as many as were answered with 202.
 */
export async function accountsOf(witnesses: Witnesses): Promise<Accounts> {
  const { broker, database, operationServices, from, mayBePending } = witnesses
  const { acceptedAt, firstIdAt } = await import('#contracts')
  const begin = firstIdAt(from.getTime())
  mendRequestQueueTimer()
  const kafka = new Kafka({
    clientId: 'demo',
    brokers: broker.split(','),
    logLevel: logLevel.NOTHING,
  })
  const client = await new mongoose.mongo.MongoClient(database).connect()
  try {
    const published = (await publishedIds(kafka)).filter((id) => id >= begin)
    const books = await checkBooks(client, published, begin, mayBePending)
    const answered = await answeredBy(operationServices)
    const endings = storesOf(client)
      .outcomes.find({ _id: { $gte: begin } })
      .project<{ _id: string; finishedAt: Date }>({ finishedAt: 1 })
    const now = new Date()
    const { longest } = await timesOf(endings, { from, until: now }, acceptedAt)
    const oldest = books.oldestPending
    const pendingFor = oldest === undefined ? 0 : (now.getTime() - acceptedAt(oldest)) / 1_000
    return {
      ...books,
      answered,
      longestWait: Math.max(longest?.seconds ?? 0, pendingFor),
      imbalances: [...books.imbalances, ...imbalancesOf({ ...books, answered })],
    }
  } finally {
    await client.close()
  }
}

/** What the counts alone show. A process that was started again has counted fewer answers, so only more are a fault. */
export function imbalancesOf({
  accepted,
  completed,
  failed,
  pending,
  answered,
}: Pick<Accounts, 'accepted' | 'completed' | 'failed' | 'pending' | 'answered'>): string[] {
  return [
    ...(accepted === completed + failed + pending
      ? []
      : [
          `${accepted} accepted are not ${completed} completed + ${failed} failed + ${pending} pending`,
        ]),
    ...(answered > accepted
      ? [`${answered} were answered with 202, and ${accepted} are stored`]
      : []),
  ]
}

/** Of the messages that are some: a visitor may have injected a poison. */
async function publishedIds(kafka: Kafka): Promise<string[]> {
  const ids: string[] = []
  await readTopic(kafka, 'user-create', (messages) => {
    for (const { key, value } of messages) {
      const id = operationIdOf(value?.toString())
      if (id !== undefined && id === key?.toString()) ids.push(id)
    }
  })
  return ids
}

function operationIdOf(text: string | undefined): string | undefined {
  try {
    const message = JSON.parse(text ?? '') as { operationId?: unknown } | null
    const id = message?.operationId
    return typeof id === 'string' ? id : undefined
  } catch {
    return undefined
  }
}

async function answeredBy(urls: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    urls.map(async (url) => {
      const text = await (await fetch(`${url}/metrics`)).text()
      return Number(/^tideway_operations_accepted_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
