import { Kafka, logLevel } from 'kafkajs'
import mongoose from 'mongoose'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'
import { checkBooks } from '../books/books.ts'
import type { Ending } from '../torture/checks/times.ts'
import { storesOf } from '../torture/stores.ts'
import { readTopic } from '../torture/topics.ts'
import type { Accounts, DemoRun } from './demo-run.ts'

const metricsWithinMs = 5_000

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

/** An operation that has ended. */
export interface Finished {
  /** Milliseconds since the epoch. */
  at: number
  /** From accepted to finished. */
  seconds: number
}

/**
 * What came of all that was accepted, from outside: the records of both databases walked side by side, with the ids that
 * have come to the topic `user-create` as those that must be there, and as many as were answered with 202.
 */
export async function accountsOf(
  witnesses: Witnesses,
): Promise<{ accounts: Accounts; finished: Finished[] }> {
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
    const endings = await storesOf(client)
      .outcomes.find({ _id: { $gte: begin } })
      .project<Ending>({ finishedAt: 1 })
      .toArray()
    const finished = endings.map(({ _id, finishedAt }) => ({
      at: finishedAt.getTime(),
      seconds: (finishedAt.getTime() - acceptedAt(_id)) / 1_000,
    }))
    const longest = finished.reduce((most, { seconds }) => Math.max(most, seconds), 0)
    const oldest = books.oldestPending
    const pendingFor = oldest === undefined ? 0 : (Date.now() - acceptedAt(oldest)) / 1_000
    const accounts = {
      ...books,
      answered,
      longestWait: Math.max(longest, pendingFor),
      imbalances: [...books.imbalances, ...imbalancesOf({ ...books, answered })],
    }
    return { accounts, finished }
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
    ...(accepted === 0 ? ['no user was accepted'] : []),
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
      const text = await metricsOf(url)
      return Number(/^tideway_operations_accepted_total(?:\{[^}]*\})? (\d+)/m.exec(text)?.[1] ?? 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}

/** Empty when the process is not there, or not well. */
async function metricsOf(url: string): Promise<string> {
  try {
    const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(metricsWithinMs) })
    return await answer.text()
  } catch {
    return ''
  }
}

/** A run with the latencies of what finished from one moment to the next. */
export function withLatency(run: DemoRun, finished: readonly Finished[]): DemoRun {
  const begin = Date.parse(run.startedAt)
  const byTime = finished.toSorted((a, b) => a.at - b.at)
  let next = 0
  const moments = run.moments.map((moment) => {
    const since = next
    while (next < byTime.length && byTime[next]!.at <= begin + moment.at * 1_000) next += 1
    const seconds = byTime.slice(since, next).map((one) => one.seconds)
    return { ...moment, latency: latencyOf(seconds) }
  })
  return { ...run, moments }
}

function latencyOf(seconds: number[]): { p50: number; p99: number } | null {
  if (seconds.length === 0) return null
  const sorted = seconds.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!
  return { p50: at(0.5), p99: at(0.99) }
}
