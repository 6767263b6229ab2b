import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join, resolve } from 'node:path'
import { Bed } from './bench/bed.ts'
import { parseBenchOptions, type BenchOptions } from './bench/bench-options.ts'
import { chartOf } from './bench/chart.ts'
import { drainBacklog, withHistory } from './bench/growth.ts'
import { measure } from './bench/measure.ts'
import type { BenchReport, Run } from './bench/report.ts'
import { sustained } from './bench/search.ts'
import { reportTable } from './bench/table.ts'
import { count } from './console/table.ts'
import { stock, tideway } from './bench/variant.ts'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { claim } from './processes/claim.ts'
import type { Roster } from './processes/roster.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, shown, tidewayDirectory } from './workspace/paths.mjs'

// `npm run bench`: throughput, latency and cost, beside the stock Nest transport, in one run.
const directory = join(tidewayDirectory, 'bench')
/** More than operation-service lets wait. */
const OVERLOAD_CONNECTIONS = 8_000
/** Operations that are stored already. */
const HISTORY = [0, 100_000, 1_000_000]
const results = join(directory, 'results')
const interruptedCode = 130
/** Users a second. */
const FIRST_TRY = { tideway: 5_000, stock: 200, stockWithApproval: 25 }
/** The JVM and V8 compile what is used for half a minute before they run at their speed. */
const WARM_UP = { connections: 64, seconds: 25, warmUp: 0 }

await runAsCommand(async (roster) => {
  const options = parseBenchOptions(process.argv.slice(2))
  await claim(join(directory, 'state.json'), lockFile('bench'), roster)
  await ensureBuilt(roster)
  const report: BenchReport = {
    startedAt: new Date().toISOString(),
    machine: {
      cores: cpus().length,
      model: cpus()[0]?.model ?? 'unknown',
      memory: totalmem(),
      node: process.version,
      system: `${type()} ${release()}`,
    },
  }
  for (const part of [measureTideway, measureHistory, measurePartitions, measureStock]) {
    await part(roster, options, report)
    // After each: who interrupts the rest keeps what was measured.
    write('report.json', `${JSON.stringify(report, null, 2)}\n`)
  }
  say(`\n${reportTable(report)}\n`)
  for (const name of ['steady', 'half', 'soak'] as const) {
    const run = report[name]
    if (run) write(`${name}.svg`, chartOf(run))
  }
  say(`The report as JSON, and pictures: ${shown(results)}`)
  const runs = [report.steady, report.half, report.quiet, report.soak].filter((run) => run)
  return { code: runs.some((run) => (run?.faults.length ?? 0) > 0) ? 1 : 0 }
}, interruptedCode)

/** The parts that need one system only, which is warm after the first. */
async function measureTideway(
  roster: Roster,
  options: BenchOptions,
  report: BenchReport,
): Promise<void> {
  const { parts, connections, seconds } = options
  const wanted = (['steady', 'half', 'quiet', 'soak', 'overload', 'backlog'] as const).filter(
    (part) => parts.has(part),
  )
  if (wanted.length === 0) return
  const bed = await startTideway(roster, options, options.partitions)
  if (parts.has('steady')) {
    say('Searching for the highest rate that is sustained…')
    report.steady = options.rate
      ? await measure(bed, { rate: options.rate, connections, seconds, warmUp: 5 })
      : await sustained(bed, { start: FIRST_TRY.tideway, connections, seconds })
  }
  const half = (report.steady?.rate ?? options.rate ?? FIRST_TRY.tideway) / 2
  if (parts.has('half')) {
    say(`Half of it: ${count(half)} users/s…`)
    report.half = await measure(bed, { rate: half, connections, seconds: 30, warmUp: 5 })
  }
  if (parts.has('quiet')) {
    say('One request a second…')
    report.quiet = await measure(bed, { rate: 1, connections, seconds: 30, warmUp: 3 })
  }
  if (parts.has('soak')) {
    const rate = 2 * half
    say(`${count(rate)} users/s for ${options.soakMinutes} minutes…`)
    const soakSeconds = options.soakMinutes * 60
    report.soak = await measure(bed, { rate, connections, seconds: soakSeconds, warmUp: 60 })
  }
  if (parts.has('overload')) {
    say(
      `Four times that, ${count(4 * half)} users/s by ${count(OVERLOAD_CONNECTIONS)} connections…`,
    )
    const order = { rate: 4 * half, connections: OVERLOAD_CONNECTIONS }
    report.overload = await measure(bed, { ...order, seconds: 20, warmUp: 5 })
  }
  if (parts.has('backlog')) report.backlog = await drainBacklog(bed, options.backlog, half)
  await bed.stop()
}

async function measureHistory(
  roster: Roster,
  options: BenchOptions,
  report: BenchReport,
): Promise<void> {
  if (!options.parts.has('history')) return
  const bed = await startTideway(roster, options, options.partitions)
  const rate = (report.steady?.rate ?? options.rate ?? FIRST_TRY.tideway) / 2
  report.history = await withHistory(bed, HISTORY, rate)
  await bed.stop()
}

async function measurePartitions(
  roster: Roster,
  options: BenchOptions,
  report: BenchReport,
): Promise<void> {
  if (!options.parts.has('partitions')) return
  const rate = (report.steady?.rate ?? options.rate ?? FIRST_TRY.tideway) / 2
  report.partitions = []
  for (const times of [1, 2, 4, 8]) {
    const partitions = times * options.partitions
    const bed = await startTideway(roster, options, partitions)
    say(`${partitions} partitions, ${count(rate)} users/s…`)
    const { connections } = options
    const run = await measure(bed, { rate, connections, seconds: 20, warmUp: 5 })
    report.partitions.push({ partitions, run })
    await bed.stop()
  }
}

async function startTideway(
  roster: Roster,
  options: BenchOptions,
  partitions: number,
): Promise<Bed> {
  const bed = await Bed.start(roster, join(directory, 'tideway'), {
    variant: tideway,
    partitions,
    replicas: options.replicas,
    env: {
      APPROVAL_WORK_MS: '200',
      APPROVAL_CONCURRENCY: String(options.approvalConcurrency),
      ...(options.profile === undefined ? {} : profiling(options.profile)),
    },
  })
  await warmUp(bed)
  return bed
}

/** The same job for the stock transport: with the approval's wait, and in its favour without. */
async function measureStock(
  roster: Roster,
  options: BenchOptions,
  report: BenchReport,
): Promise<void> {
  if (!options.parts.has('stock')) return
  const { connections, partitions, seconds } = options
  const run = async (approvalMs: number, start: number): Promise<Run> => {
    const bed = await Bed.start(roster, join(directory, 'stock'), {
      variant: stock,
      partitions,
      env: {
        APPROVAL_WORK_MS: String(approvalMs),
        PARTITIONS_CONSUMED_CONCURRENTLY: String(partitions),
      },
    })
    await warmUp(bed, start)
    say(`Stock Nest transport, ${approvalMs} ms an approval: searching for its rate…`)
    const found = await sustained(bed, { start, connections, seconds })
    await bed.stop()
    return found
  }
  report.stock = {
    withoutApproval: await run(0, FIRST_TRY.stock),
    withApproval: await run(200, FIRST_TRY.stockWithApproval),
  }
}

async function warmUp(bed: Bed, rate?: number): Promise<void> {
  say('Warming up…')
  const before = await bed.finished()
  const order = rate === undefined ? WARM_UP : { ...WARM_UP, rate }
  const { acceptedIds } = await bed.load(order, () => {}).ended
  await bed.untilFinished(before + acceptedIds.length, 120_000)
}

function profiling(folder: string): Record<string, string> {
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${resolve(folder)}` }
}

function write(name: string, text: string): void {
  mkdirSync(results, { recursive: true })
  writeFileSync(join(results, name), text)
}
