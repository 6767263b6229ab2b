import { createHistogram, type Histogram } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bed } from './bed.ts'
import type { LoadOrder, LoadSecond } from './generator.ts'
import { busyCpu, costsBetween, type Usage } from './processes.ts'
import type { BooksCheck, Latency, Run, Sample } from './report.ts'

/** Events of an operation: one record in each topic. */
export const EVENTS = 4
/** The generator's own samples come with it; how often the rest is looked at, in milliseconds. */
const SAMPLE_EVERY = 1_000
const FINISH_WITHIN = 120_000
/** A rate is sustained when what is open at its end is finished so soon, in seconds. */
const DRAIN_WITHIN = 3
/** How much the topics may have got beyond four records for each operation. */
const MOST_REPEATS = 0.01

interface Mark {
  at: number
  /** Of the whole machine, in milliseconds. */
  busy: number
  usage: Record<string, Usage>
  finished: number
}

/**
 * Loads a system and measures it, until all that was accepted has finished; then checks the books.
 * What the run was not good enough for stands in its `faults`.
 */
export async function measure(
  bed: Bed,
  order: Omit<LoadOrder, 'url'>,
  eachSecond: (sample: Sample) => void = () => {},
): Promise<Run> {
  const { variant, partitions } = bed.options
  const [finishedBefore, endsBefore] = [await bed.finished(), await bed.ends()]
  const begun = new Date()
  const startedAt = performance.now()
  let said: LoadSecond | undefined
  let accepted = 0
  const load = bed.load(order, (second) => {
    said = second
    accepted += second.accepted
  })
  const mark = async (): Promise<Mark> => ({
    at: performance.now(),
    busy: busyCpu(),
    usage: {
      ...(await bed.usage({ 'load generator': load.pid })),
      'this bench': ownUsage(),
    },
    finished: await bed.finished(),
  })

  const samples: Sample[] = []
  const mostMemory: Record<string, number> = {}
  const drained = new AbortController()
  const sampling = (async () => {
    let before = finishedBefore
    let beforeAt = startedAt
    for (;;) {
      await sleep(SAMPLE_EVERY, undefined, { signal: drained.signal }).catch(() => {})
      if (drained.signal.aborted) return
      const [usage, lag, finished] = await Promise.all([
        bed.usage({ 'load generator': load.pid }),
        bed.lag(),
        bed.finished(),
      ])
      const at = performance.now()
      const memory = Object.fromEntries(
        Object.entries(usage).map(([name, { memory: bytes }]) => [name, bytes]),
      )
      for (const [name, bytes] of Object.entries(memory)) {
        mostMemory[name] = Math.max(bytes, mostMemory[name] ?? 0)
      }
      const sample: Sample = {
        at: (at - startedAt) / 1_000,
        acceptedPerSecond: said?.accepted ?? 0,
        finishedPerSecond: ((finished - before) * 1_000) / (at - beforeAt),
        latency: { p50: said?.latency.p50 ?? 0, p99: said?.latency.p99 ?? 0 },
        lag,
        open: Math.max(0, accepted - (finished - finishedBefore)),
        memory,
      }
      before = finished
      beforeAt = at
      samples.push(sample)
      eachSecond(sample)
    }
  })()

  await sleep(order.warmUp * 1_000)
  const measuredFrom = new Date()
  const first = await mark()
  await Promise.race([sleep(order.seconds * 1_000 - 500), load.ended])
  const last = await mark()
  const measuredTo = new Date()
  const { report, acceptedIds } = await load.ended
  const endedAt = performance.now()
  said = undefined
  await bed.untilFinished(finishedBefore + report.acceptedWithWarmUp, FINISH_WITHIN)
  const drainedAfter = (performance.now() - endedAt) / 1_000
  drained.abort()
  await sampling

  const seconds = (last.at - first.at) / 1_000
  const events = EVENTS * (last.finished - first.finished)
  const costs = costsBetween(first.usage, last.usage, mostMemory, seconds, events)
  const books = await checkRun(bed, acceptedIds, { begun, finishedBefore, endsBefore })
  const run: Omit<Run, 'faults'> = {
    system: variant.name,
    rate: order.rate,
    connections: order.connections,
    partitions,
    seconds,
    acceptedPerSecond: report.acceptedPerSecond,
    eventsPerSecond: events / seconds,
    refused: report.refused,
    failed: report.failed,
    post: report.latency,
    finish: await latencyFrom(variant.durations(bed.client, measuredFrom, measuredTo)),
    costs,
    cpuPerEvent: costs.reduce((sum, { cpuPerEvent }) => sum + cpuPerEvent, 0),
    otherCores:
      (last.busy - first.busy) / 1_000 / seconds - costs.reduce((sum, { cores }) => sum + cores, 0),
    books,
    drainedAfter,
    samples,
  }
  return { ...run, faults: faultsOf(run) }
}

/** Why a run does not show that its rate is sustained. */
function faultsOf(run: Omit<Run, 'faults'>): string[] {
  const { rate, acceptedPerSecond, eventsPerSecond, books, samples } = run
  const finishedPerSecond = eventsPerSecond / EVENTS
  const loaded = samples.filter(({ acceptedPerSecond: rateThen }) => rateThen > 0)
  const third = Math.floor(loaded.length / 3)
  const early = mean(loaded.slice(third, 2 * third).map(({ open }) => open))
  const late = mean(loaded.slice(2 * third).map(({ open }) => open))
  return [
    ...books.imbalances.slice(0, 3),
    ...(books.accepted === books.finished
      ? []
      : [`${books.accepted} were accepted and ${books.finished} have finished`]),
    ...(Math.abs(books.eventsRatio - 1) > MOST_REPEATS
      ? [`the topics got ${books.eventsRatio.toFixed(3)} times the records that were needed`]
      : []),
    ...(run.failed ? [`${run.failed} requests failed`] : []),
    ...(run.refused ? [`${run.refused} requests were refused`] : []),
    ...(rate !== undefined && acceptedPerSecond < 0.99 * rate
      ? [`only ${acceptedPerSecond.toFixed(0)} of ${rate.toFixed(0)} a second were accepted`]
      : []),
    ...(finishedPerSecond < 0.97 * acceptedPerSecond
      ? [`only ${finishedPerSecond.toFixed(0)} a second finished`]
      : []),
    ...(late > early * 1.25 + 0.25 * acceptedPerSecond
      ? [`what was open grew from ${early.toFixed(0)} to ${late.toFixed(0)}`]
      : []),
    ...(run.drainedAfter > DRAIN_WITHIN
      ? [`the last one finished ${run.drainedAfter.toFixed(1)} s after the last request`]
      : []),
  ]
}

async function checkRun(
  bed: Bed,
  acceptedIds: readonly string[],
  before: { begun: Date; finishedBefore: number; endsBefore: Record<string, number> },
): Promise<BooksCheck> {
  const [finishedNow, ends] = [await bed.finished(), await bed.ends()]
  const finished = finishedNow - before.finishedBefore
  const records = Object.entries(ends).reduce(
    (sum, [topic, end]) => sum + end - (before.endsBefore[topic] ?? 0),
    0,
  )
  return {
    accepted: acceptedIds.length,
    finished,
    eventsRatio: finished === 0 ? 0 : records / (EVENTS * finished),
    imbalances: await bed.options.variant.imbalances(bed.client, acceptedIds, before.begun),
  }
}

async function latencyFrom(durations: AsyncIterable<number>): Promise<Latency | undefined> {
  const histogram = createHistogram({ lowest: 1, highest: 24 * 3_600_000, figures: 3 })
  for await (const duration of durations) histogram.record(Math.max(1, Math.round(duration)))
  return histogram.count === 0 ? undefined : latencyOf(histogram, 1)
}

/** @param unit how many of the histogram's units are a millisecond */
export function latencyOf(histogram: Histogram, unit: number): Latency {
  const at = (percentile: number) => histogram.percentile(percentile) / unit
  return { p50: at(50), p95: at(95), p99: at(99), p999: at(99.9), max: histogram.max / unit }
}

function ownUsage(): Usage {
  const { user, system } = process.cpuUsage()
  return { cpu: (user + system) / 1_000, memory: process.memoryUsage.rss() }
}

function mean(values: number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
