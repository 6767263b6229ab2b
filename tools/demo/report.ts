import { drawChart } from '../charts/chart.ts'
import { count, properties, table } from '../console/table.ts'
import { clock } from '../simulate/report.ts'
import type { Accounts, DemoRun, Moment, PlayedAct } from './demo-run.ts'
import type { Comparison } from './simulated.ts'

export interface DemoReport {
  run: DemoRun
  accounts: Accounts
  comparison: Comparison
}

/** What was seen in each act, what came of it, and how near the simulator is, for the terminal. */
export function reportOf({ run, accounts, comparison }: DemoReport): string {
  return [
    ...table(
      ['', ...run.acts.map(({ number }) => `act ${number}`)],
      rowsOf(run).map(([name, of]) => [name, ...run.acts.map((act) => of(momentsOf(run, act)))]),
    ),
    '',
    ...properties([
      ['longest wait', `${accounts.longestWait.toFixed(1)} s from accepted to finished`],
      ['books', booksOf(accounts)],
      ['simulator', errorOf(comparison)],
    ]),
    ...accounts.imbalances.map((sentence) => `  ${sentence}`),
  ].join('\n')
}

function rowsOf(run: DemoRun): [string, (moments: Moment[]) => string][] {
  const most = (values: (number | null | undefined)[]) =>
    count(Math.max(0, ...values.map((value) => value ?? 0)))
  return [
    ['scaling', (moments) => (isScaledAt(run, moments) ? 'on' : 'off')],
    ['seconds', (moments) => count(Math.round(moments.at(-1)!.at - moments[0]!.at))],
    ['users/s, most', (moments) => most(moments.map(({ usersPerSecond }) => usersPerSecond))],
    ['events/s, most', (moments) => most(moments.map(({ eventsPerSecond }) => eventsPerSecond))],
    ['lag, most', (moments) => most(moments.map(({ lag }) => lag))],
    ['lag, at the end', (moments) => most([moments.at(-1)?.lag])],
    ['replicas, most', (moments) => most(moments.map(({ replicas }) => replicas.wanted))],
    ['replicas, at the end', (moments) => most([moments.at(-1)?.replicas.wanted])],
    ['seconds waited, most', (moments) => most(moments.map(({ latency }) => latency?.p99))],
  ]
}

function isScaledAt({ acts }: DemoRun, moments: Moment[]): boolean {
  return acts.some(({ isScaled, from, to }) => {
    const { at } = moments[0]!
    return isScaled && at >= from && at <= to
  })
}

function momentsOf({ moments }: DemoRun, { from, to }: PlayedAct): Moment[] {
  return moments.filter(({ at }) => at >= from && at <= to)
}

function booksOf({ accepted, completed, failed, pending, imbalances }: Accounts): string {
  const sum = `${count(accepted)} accepted = ${count(completed)} completed + ${count(failed)} failed + ${count(pending)} pending`
  const told = imbalances.length
  return told === 0 ? `${sum}, none lost` : `${sum}; they do not balance (${count(told)}):`
}

/** How far the simulator is from this run. */
export function errorOf({ lagError, replicasError, startSeconds }: Comparison): string {
  const lag = `${(lagError * 100).toFixed(1)} % of the highest lag`
  const start =
    startSeconds === 0 ? '' : `, told that a replica takes ${startSeconds.toFixed(1)} s to start`
  return `off by ${lag} and ${replicasError.toFixed(1)} replicas on average${start}`
}

/** The curves as an SVG image, with what the simulator would have shown. */
export function pictureOf({ run, accounts, comparison }: DemoReport): string {
  const { moments, acts } = run
  const samples = moments.map((moment, index) => ({
    ...moment,
    simulated: comparison.simulated[index]!,
  }))
  const playing = acts.map(
    ({ number, isScaled, from, to }) =>
      `act ${number}, scaling ${isScaled ? 'on' : 'off'}: ${clock(from)} to ${clock(to)}`,
  )
  const peak = Math.max(0, ...moments.map(({ eventsPerSecond }) => eventsPerSecond ?? 0))
  return drawChart({
    title: 'Replicas follow the lag',
    facts: [
      `${playing.join('; ')}; at most ${count(peak)} events/s; longest wait ${accounts.longestWait.toFixed(1)} s`,
      booksOf(accounts),
    ],
    samples,
    axis: 'seconds since the load began',
    panels: [
      {
        title: 'events a second',
        lines: [
          { name: 'in the four topics', of: ({ eventsPerSecond }) => eventsPerSecond ?? undefined },
          {
            name: 'accepted (users × 4)',
            of: ({ usersPerSecond }) => (usersPerSecond === null ? undefined : 4 * usersPerSecond),
          },
        ],
      },
      {
        title: 'lag of user-approve, records',
        lines: [
          { name: 'lag', of: ({ lag }) => lag ?? undefined },
          { name: 'simulated', of: ({ simulated }) => simulated.lag },
        ],
      },
      {
        title: 'replicas of user-approval-service',
        lines: [
          { name: 'wanted', of: ({ replicas }) => replicas.wanted },
          { name: 'ready', of: ({ replicas }) => replicas.ready },
          { name: 'wanted, simulated', of: ({ simulated }) => simulated.replicas },
        ],
      },
      {
        title: 'from accepted to finished, seconds',
        lines: [
          { name: 'p50', of: ({ latency }) => latency?.p50 },
          { name: 'p99', of: ({ latency }) => latency?.p99 },
        ],
      },
    ],
  })
}
