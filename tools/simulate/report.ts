import { explain, type Change, type Sample, type Simulation, type Totals } from '#autoscaling'
import { count, oneDecimal, properties, table } from '../console/table.ts'
import type { Scenario } from './simulate-options.ts'

/** An operation is four records in topics. */
export const EVENTS = 4

/** What was simulated, in two lines. */
export function headOf(scenario: Scenario): string[] {
  const { profile, base, rate, minutes, partitions, concurrency, scaler, metric } = scenario
  const load = profile.endsWith('.csv')
    ? `${profile} for ${several(minutes, 'minute')}`
    : base === rate
      ? `${count(rate)} users/s for ${several(minutes, 'minute')}`
      : `${profile}, ${count(base)} to ${count(rate)} users/s in ${several(minutes, 'minute')}`
  const each = `${count(scenario['service-ms'])} ms each, ${count(concurrency)} at a time`
  const aim = { average: 'a replica', value: 'in all', pods: 'for each pod, told the whole' }[
    metric
  ]
  const scaling =
    scaler === 'none'
      ? `${several(scenario.replicas, 'replica')}, not scaled`
      : `${scaler}: a lag of ${count(scenario.target)} ${aim}, ${count(scenario.min)} to ${count(scenario.max)} replicas`
  return [load, `${count(partitions)} partitions, ${each}; ${scaling}`]
}

/** @param rows of the table over time; 0: none */
export function runTable(
  scenario: Scenario,
  { samples, changes, totals }: Simulation,
  { rows, explain: isExplained }: { rows: number; explain: boolean },
): string {
  return [
    ...headOf(scenario),
    '',
    ...(rows > 0 ? [...curves(samples, rows), ''] : []),
    ...totalsOf(totals),
    ...(isExplained ? ['', ...changes.map(reason)] : []),
  ].join('\n')
}

function curves(samples: readonly Sample[], rows: number): string[] {
  const every = Math.max(1, Math.ceil(samples.length / rows))
  const shown = samples.filter((_, index) => (index + 1) % every === 0)
  return table(
    ['time', 'users/s', 'done/s', 'lag', 'wait s', 'replicas', 'ready', 'nodes'],
    shown.map(({ at, arriving, done, lag, waitSeconds, replicas, ready, nodes }) => [
      clock(at),
      ...[arriving, done].map(oneDecimal),
      count(lag),
      waitSeconds.toFixed(2),
      ...[replicas, ready, nodes].map(count),
    ]),
  )
}

export function totalsOf(totals: Totals): string[] {
  const { arrived, done, waiting, wait, mostLag, mostReplicas, mostReady, changes, turns } = totals
  const seconds = (value: number) => `${value.toFixed(2)} s`
  return properties([
    [
      'users',
      `${count(arrived)} arrived, ${count(done)} done, ${count(waiting)} waiting at the end`,
    ],
    [
      'wait',
      `mean ${seconds(wait.mean)}, p50 ${seconds(wait.p50)}, p95 ${seconds(wait.p95)}, p99 ${seconds(wait.p99)}, longest ${seconds(wait.longest)}`,
    ],
    ['lag', `most ${count(mostLag)}, oldest at the end ${seconds(totals.oldestSeconds)}`],
    [
      'replicas',
      `most ${count(mostReplicas)}, ready ${count(mostReady)}, ${several(changes, 'change')}, ${several(turns, 'turn')}`,
    ],
    [
      'cost',
      `${totals.podHours.toFixed(2)} pod hours, ${totals.nodeHours.toFixed(2)} node hours on at most ${several(totals.mostNodes, 'node')}`,
    ],
  ])
}

function reason({ at, decision, lag }: Change): string {
  return `${clock(at)}  ${explain(decision, lag)}`
}

/** 1:02:03, or 2:03 in the first hour. */
export function clock(second: number): string {
  const whole = Math.round(second)
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3_600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ].map(String) as [string, string, string]
  return hours === '0'
    ? `${minutes}:${seconds.padStart(2, '0')}`
    : `${hours}:${minutes.padStart(2, '0')}:${seconds.padStart(2, '0')}`
}

function several(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`
}
