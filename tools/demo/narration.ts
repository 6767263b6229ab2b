import { count } from '../console/table.ts'
import { clock } from '../simulate/report.ts'
import type { Moment } from './demo-run.ts'

/** What is to be seen at a moment, in one line. */
export function lineOf({ at, usersPerSecond, eventsPerSecond, lag, replicas }: Moment): string {
  const { wanted, ready } = replicas
  const known = (value: number | null, unit: string) =>
    `${value === null ? '?' : count(Math.round(value))} ${unit}`.padEnd(unit.length + 6)
  const starting = ready < wanted ? `, ${wanted - ready} starting` : ''
  return [
    clock(at).padStart(5),
    known(usersPerSecond, 'users/s'),
    known(eventsPerSecond, 'events/s'),
    known(lag, 'waiting'),
    `${wanted} ${wanted === 1 ? 'replica' : 'replicas'}${starting}`,
  ].join('  ')
}

/** What has just happened. */
export function eventOf(at: number, sentence: string): string {
  return `${clock(at).padStart(5)}  ${sentence}`
}
