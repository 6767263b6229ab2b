import { createHistogram } from 'node:perf_hooks'
import { say } from '../console/say.ts'
import type { Bed } from './bed.ts'
import { EVENTS, latencyOf, measure } from './measure.ts'
import type { BenchReport, Latency } from './report.ts'
import { seedHistory } from './history.ts'
import { count } from '../console/table.ts'

const DRAINED_WITHIN = 300_000

/** How fast a backlog is worked off: operations wait while nobody creates their users, then somebody does. */
export async function drainBacklog(
  bed: Bed,
  operations: number,
  rate: number,
): Promise<NonNullable<BenchReport['backlog']>> {
  const before = await bed.finished()
  await bed.stopService('user-service')
  say(`Backlog: ${count(operations)} operations are accepted while user-service is away…`)
  const order = { rate, connections: 512, seconds: operations / rate, warmUp: 0 }
  const { acceptedIds } = await bed.load(order, () => {}).ended
  const startedAt = performance.now()
  await bed.startService('user-service')
  await bed.untilFinished(before + acceptedIds.length, DRAINED_WITHIN)
  const seconds = (performance.now() - startedAt) / 1_000
  const finished = (await bed.finished()) - before
  return { operations: finished, seconds, eventsPerSecond: (EVENTS * finished) / seconds }
}

/** Whether things stay as fast when much is stored. */
export async function withHistory(
  bed: Bed,
  sizes: readonly number[],
  rate: number,
): Promise<NonNullable<BenchReport['history']>> {
  const results: NonNullable<BenchReport['history']> = []
  let stored = 0
  for (const operations of sizes) {
    say(`History: ${count(operations)} settled operations…`)
    await seedHistory(bed.client, stored, operations)
    stored = operations
    const run = await measure(bed, { rate, connections: 512, seconds: 15, warmUp: 5 })
    if (run.faults.length > 0) say(`  not sustained: ${run.faults.join('; ')}`)
    results.push({
      operations,
      post: run.post,
      get: await latencyOfGet(bed, await someOperations(bed)),
      summary: await latencyOfGet(bed, Array(LOOKS).fill('/operations/summary')),
      pending: await latencyOfGet(bed, Array(LOOKS).fill('/operations?state=pending')),
      eventsPerSecond: run.eventsPerSecond,
    })
  }
  return results
}

const GETS = 2_000
const LOOKS = 200

/** GET of one path after the other. */
async function latencyOfGet(bed: Bed, paths: readonly string[]): Promise<Latency> {
  const histogram = createHistogram({ lowest: 1, highest: 60_000_000, figures: 3 })
  for (const path of paths) {
    const startedAt = performance.now()
    const answer = await fetch(`${bed.url}${path}`)
    await answer.text()
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`)
    histogram.record(Math.max(1, Math.round((performance.now() - startedAt) * 1_000)))
  }
  return latencyOf(histogram, 1_000)
}

/** Of operations that lie anywhere in what is stored. */
async function someOperations(bed: Bed): Promise<string[]> {
  const sample = await bed.client
    .db('operation_service')
    .collection<{ _id: string }>('operations')
    .aggregate<{ _id: string }>([{ $sample: { size: GETS } }, { $project: { _id: 1 } }])
    .toArray()
  return sample.map(({ _id }) => `/operations/${_id}`)
}
