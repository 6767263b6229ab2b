import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'
import { withProgress } from '../console/progress.ts'
import { say } from '../console/say.ts'
import type { Connection } from './connection.ts'
import { isTaken, readDeadLetters } from './dead-letter-records.ts'
import { byAddress, sourceTopics, type Address, type SourceTopic } from './dead-letter-topics.ts'
import type { RedriveOrder } from './dlq-options.ts'
import { inChunks, Republisher } from './republish.ts'
import { partitionsOf, redriveGroup, sizeOf, waiting, type Span } from './spans.ts'
import { Table } from './table.ts'

/**
 * Puts those dead letters back that were not put back yet.
 *
 * What was put back is committed as the group's offset after all replicas have it. Killed between the two, this puts the
 * last few back a second time; the services recognise them as what they have handled. So they do when the broker has
 * forgotten the offsets, which it may a week after the last redrive (`offsets.retention.minutes`).
 *
 * @throws Failure when another redrive runs, or Kafka does not take them; what was put back until then is remembered
 */
export async function redrive(
  order: RedriveOrder,
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { admin } = connection
  if (!order.dryRun) await refuseSecond(connection)
  const spans = waiting(await partitionsOf(admin, order.topics))
  const total = Math.min(sizeOf(spans), order.limit)
  if (total === 0) say('Nothing to redrive.')
  else if (order.dryRun) await rehearse(order, connection, spans, signal)
  else await putBack(order, connection, spans, total, signal)
}

/** Two that look at the same instant both pass; then the group gives the partitions to one of them. */
async function refuseSecond({ admin }: Connection): Promise<void> {
  const { groups } = await admin.describeGroups([redriveGroup])
  if (groups.some(({ members }) => members.length > 0)) throw new Failure(isTaken(redriveGroup))
}

async function rehearse(
  { limit }: RedriveOrder,
  { kafka }: Connection,
  spans: Span[],
  signal: AbortSignal,
): Promise<void> {
  const now = Date.now()
  const table = new Table(spans)
  const counts = new Counts()
  const lines: (Address & { line: string })[] = []
  await readDeadLetters({
    kafka,
    spans,
    signal,
    take: async (letters) => {
      for (const letter of letters.slice(0, limit - counts.all)) {
        const { topic, partition, offset } = letter
        counts.add(topic, 1)
        lines.push({ topic, partition, offset, line: table.line(letter, false, now) })
      }
      return counts.all < limit
    },
  })
  say(table.heading())
  for (const { line } of lines.toSorted(byAddress)) say(line)
  say('')
  for (const line of counts.lines('would be redriven')) say(line)
}

async function putBack(
  { limit, rate }: RedriveOrder,
  { kafka }: Connection,
  spans: Span[],
  total: number,
  signal: AbortSignal,
): Promise<void> {
  const counts = new Counts()
  const paced = pace(rate, signal)
  const republisher = new Republisher(kafka)
  await republisher.connect()
  try {
    await withProgress(
      `Redriving ${total} of ${sizeOf(spans)}`,
      () =>
        readDeadLetters({
          kafka,
          groupId: redriveGroup,
          spans,
          signal,
          take: async (letters, group) => {
            for (const chunk of inChunks(letters.slice(0, limit - counts.all), rate / 10)) {
              await paced(chunk.length)
              if (signal.aborted) break
              await republisher.publish(chunk)
              await group.commit(chunk.at(-1)!.offset + 1)
              counts.add(chunk[0]!.topic, chunk.length)
              await group.stay()
            }
            return counts.all < limit
          },
        }),
      () => `${counts.all} done`,
    )
  } finally {
    await republisher.disconnect()
    for (const line of counts.lines('redriven')) say(line)
  }
}

/** @returns waits so long before each `count` that no more than `rate` a second are let through */
function pace(rate: number, signal: AbortSignal): (count: number) => Promise<void> {
  let next = 0
  return async (count) => {
    const now = performance.now()
    const wait = next - now
    next = Math.max(now, next) + (count / rate) * 1_000
    if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined)
  }
}

class Counts {
  all = 0
  private readonly ofTopics = new Map<SourceTopic, number>()

  add(topic: SourceTopic, count: number): void {
    this.all += count
    this.ofTopics.set(topic, (this.ofTopics.get(topic) ?? 0) + count)
  }

  lines(what: string): string[] {
    return sourceTopics
      .filter((topic) => this.ofTopics.has(topic))
      .map((topic) => `${topic}: ${this.ofTopics.get(topic)} ${what}`)
  }
}
