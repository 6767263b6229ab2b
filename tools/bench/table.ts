import { count, oneDecimal, properties, table } from '../console/table.ts'
import type { BenchReport, Latency, ProcessCost, Run } from './report.ts'

/** What a run may be quoted with. */
export type Figure =
  | { counts: true; acceptedPerSecond: number; eventsPerSecond: number; cpuPerEvent: number }
  | { counts: false; why: string }

/** The one way to a run's rates: where the books do not balance there are none, only the reason. */
export function figure(run: Run): Figure {
  const { accepted, finished, imbalances } = run.books
  const imbalance =
    imbalances[0] ??
    (accepted === finished
      ? undefined
      : `${count(accepted)} were accepted and ${count(finished)} have finished`)
  if (imbalance !== undefined) return { counts: false, why: `not counted: ${imbalance}` }
  const { acceptedPerSecond, eventsPerSecond, cpuPerEvent } = run
  return { counts: true, acceptedPerSecond, eventsPerSecond, cpuPerEvent }
}

/** How many times the events a second of another run; undefined where one of them has no figure. */
export function ratio(run: Run, other: Run): number | undefined {
  const [figures, others] = [figure(run), figure(other)]
  if (!figures.counts || !others.counts || others.eventsPerSecond === 0) return undefined
  return figures.eventsPerSecond / others.eventsPerSecond
}

/** Everything about a run. */
export function runTable(run: Run): string {
  return lines([
    titleOf(run),
    '',
    ...ratesOf(run),
    '',
    ...latenciesOf(run),
    '',
    ...processesOf(run),
    '',
    ...booksOf(run),
    '',
    ...verdictOf(run),
  ])
}

/** Everything that was measured, section by section. */
export function reportTable(report: BenchReport): string {
  const { machine, steady, half, quiet, soak, overload, stock } = report
  const { partitions, backlog, history } = report
  return lines([
    `Measured ${report.startedAt} on ${count(machine.cores)} cores (${machine.model}),`,
    `${count(machine.memory / 1e9)} GB memory, Node.js ${machine.node}, ${machine.system}`,
    ...(steady ? section('Steady', runTable(steady)) : []),
    ...(half ? section('Half the rate', runSummary(half)) : []),
    ...(quiet ? section('One request a second', runSummary(quiet)) : []),
    ...(soak ? section('Soak', soakTable(soak)) : []),
    ...(overload ? section('Too much', runTable(overload)) : []),
    ...(stock ? section('Beside the stock transport', stockTable(stock, steady)) : []),
    ...(partitions?.length ? section('By partitions', partitionsTable(partitions)) : []),
    ...(backlog ? section('A backlog', backlogTable(backlog)) : []),
    ...(history?.length ? section('With a history', historyTable(history)) : []),
  ])
}

/** Where the processes' shares are not what is asked. */
function runSummary(run: Run): string {
  return lines([titleOf(run), '', ...ratesOf(run), '', ...latenciesOf(run), '', ...verdictOf(run)])
}

function soakTable(run: Run): string {
  const growth = ({ memory: { first, last } }: ProcessCost) =>
    first === 0 ? '' : `${last >= first ? '+' : '-'}${percent(Math.abs(last / first - 1))}`
  return lines([
    titleOf(run),
    '',
    ...ratesOf(run),
    '',
    ...table(
      ['memory', 'first MB', 'last MB', 'growth'],
      run.costs.map((cost) => [
        cost.name,
        megabytes(cost.memory.first),
        megabytes(cost.memory.last),
        growth(cost),
      ]),
    ),
    '',
    ...booksOf(run),
    '',
    ...verdictOf(run),
  ])
}

/** The approval is waited for on both sides, or, in stock's favour, not waited for by stock. */
function stockTable(stock: NonNullable<BenchReport['stock']>, steady: Run | undefined): string {
  const rows: [string, Run | undefined][] = [
    ['Tideway', steady],
    ['stock, approving at once', stock.withoutApproval],
    ['stock, approving as Tideway does', stock.withApproval],
  ]
  return lines(
    table(
      [...RUN_HEADINGS, ...(steady ? ['Tideway is'] : [])],
      rows.flatMap(([name, run]) => {
        if (!run) return []
        if (!steady || run === steady) return [runRow(name, run)]
        const times = ratio(steady, run)
        return [[...runRow(name, run), times === undefined ? '–' : `${oneDecimal(times)} times`]]
      }),
      rows.flatMap(([, run]) => (run ? [noteOn(run)] : [])),
    ),
  )
}

function partitionsTable(runs: NonNullable<BenchReport['partitions']>): string {
  return lines(
    table(
      RUN_HEADINGS.with(0, 'partitions'),
      runs.map(({ partitions, run }) => runRow(count(partitions), run)),
      runs.map(({ run }) => noteOn(run)),
    ),
  )
}

function backlogTable(backlog: NonNullable<BenchReport['backlog']>): string {
  return [
    `${count(backlog.operations)} operations were waiting, and finished in`,
    `${oneDecimal(backlog.seconds)} s: ${count(backlog.eventsPerSecond)} events/s`,
  ].join(' ')
}

function historyTable(history: NonNullable<BenchReport['history']>): string {
  const asked = ['post', 'get', 'summary', 'pending'] as const
  return lines(
    table(
      ['operations stored', 'events/s', ...asked.flatMap((what) => [`${what} p50 ms`, 'p99 ms'])],
      history.map((row) => [
        count(row.operations),
        count(row.eventsPerSecond),
        ...asked.flatMap((what) => [row[what].p50, row[what].p99].map(oneDecimal)),
      ]),
    ),
  )
}

function titleOf({ system, rate, connections, partitions, seconds }: Run): string {
  const load =
    rate === undefined
      ? `${count(connections)} clients, each as fast as it is answered`
      : `${count(rate)} user${rate === 1 ? '' : 's'}/s`
  return `${system}: ${load}, ${count(partitions)} partitions, ${count(seconds)} s`
}

function ratesOf(run: Run): string[] {
  const counted = figure(run)
  return properties([
    ['accepted/s', counted.counts ? count(counted.acceptedPerSecond) : counted.why],
    ['events/s', counted.counts ? count(counted.eventsPerSecond) : counted.why],
  ])
}

function latenciesOf({ post, finish }: Run): string[] {
  const row = (name: string, latency: Latency) => {
    const { p50, p95, p99, p999, max } = latency
    return [name, ...[p50, p95, p99, p999, max].map(oneDecimal)]
  }
  return table(
    ['latency, ms', 'p50', 'p95', 'p99', 'p99.9', 'max'],
    [row('POST', post), ...(finish ? [row('accepted→finished', finish)] : [])],
  )
}

function processesOf(run: Run): string[] {
  const counted = figure(run)
  const sum = (of: (cost: ProcessCost) => number) =>
    run.costs.reduce((total, cost) => total + of(cost), 0)
  const row = (name: string, cores: number, perEvent: number, memory: ProcessCost['memory']) => [
    name,
    cores.toFixed(2),
    counted.counts ? oneDecimal(perEvent) : '–',
    ...[memory.first, memory.last, memory.most].map(megabytes),
  ]
  return table(
    ['process', 'cores', 'µs CPU/event', 'first MB', 'last MB', 'most MB'],
    [
      ...run.costs.map(({ name, cores, cpuPerEvent, memory }) =>
        row(name, cores, cpuPerEvent, memory),
      ),
      row(
        'all',
        sum(({ cores }) => cores),
        run.cpuPerEvent,
        {
          first: sum(({ memory }) => memory.first),
          last: sum(({ memory }) => memory.last),
          most: sum(({ memory }) => memory.most),
        },
      ),
      ['the rest of the machine', run.otherCores.toFixed(2)],
    ],
  )
}

function booksOf({ books, refused, failed }: Run): string[] {
  const { accepted, finished, eventsRatio, imbalances } = books
  const more = imbalances.length - MOST_IMBALANCES
  return [
    ...properties([
      ['accepted', count(accepted)],
      ['finished', count(finished)],
      ['records', `${eventsRatio.toFixed(3)} times the four of each operation`],
      ...(refused ? [['refused', count(refused)] as const] : []),
      ...(failed ? [['failed', count(failed)] as const] : []),
      ['imbalances', imbalances.length ? count(imbalances.length) : 'none'],
    ]),
    ...imbalances.slice(0, MOST_IMBALANCES).map((imbalance) => `  ${imbalance}`),
    ...(more > 0 ? [`  and ${count(more)} more`] : []),
  ]
}

function verdictOf({ faults, drainedAfter }: Run): string[] {
  if (faults.length > 0) return ['NOT SUSTAINED:', ...faults.map((fault) => `  ${fault}`)]
  return [`Sustained: the last one finished ${oneDecimal(drainedAfter)} s after the last request.`]
}

const RUN_HEADINGS = [
  'system',
  'accepted/s',
  'events/s',
  'POST p99 ms',
  'finished p99 ms',
  'µs CPU/event',
]

function runRow(name: string, run: Run): string[] {
  const counted = figure(run)
  return [
    name,
    ...(counted.counts
      ? [count(counted.acceptedPerSecond), count(counted.eventsPerSecond)]
      : ['–', '–']),
    oneDecimal(run.post.p99),
    run.finish ? oneDecimal(run.finish.p99) : '–',
    counted.counts ? oneDecimal(counted.cpuPerEvent) : '–',
  ]
}

/** What one must know of a row's run, if anything. */
function noteOn(run: Run): string {
  const counted = figure(run)
  if (!counted.counts) return counted.why
  return run.faults[0] === undefined ? '' : `not sustained: ${run.faults[0]}`
}

const MOST_IMBALANCES = 5
function section(heading: string, text: string): string[] {
  return ['', '', heading, '─'.repeat(heading.length), text]
}

function lines(parts: string[]): string {
  return parts.join('\n')
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toLocaleString('en-US', { maximumFractionDigits: 0 })
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
