import { kinds, type Fault, type Kind, type Sort } from './schedule.ts'

export interface TortureReport {
  seed: number
  /** How long faults were injected. */
  seconds: number
  faults: Pick<Fault, 'kind' | 'victim'>[]
  /** Operations that clients were told of. */
  accepted: number
  /** Requests that were sent again with their Idempotency-Key. */
  repeated: number
  /** 503s, and 408s of replicas that slept. */
  refused: number
  /** Requests without an answer, by the reason. */
  unanswered: Record<string, number>
  completed: number
  failed: number
  /** Stored, without a client that was told of it, and still open. */
  openUntold: number
  lost: number
  doubled: number
  /** Messages that nobody can handle. */
  poison: { published: number; buried: number }
  /** Final states that were remembered during the run, and found the same. */
  remembered: number
  /** How long it took after the last fault until nothing was left to do. */
  settledAfter: number
  longest: { id: string; seconds: number } | undefined
  /** The longest time in which nothing finished; `at` is seconds since the run began. */
  pause: { at: number; seconds: number }
  /** All that is not as it must be, in sentences. */
  sentences: string[]
}

const sorts: readonly Sort[] = ['service', 'broker', 'database', 'link']

const names: Record<Kind, string> = {
  kill: 'killed (SIGKILL)',
  stop: 'stopped (SIGTERM)',
  pause: 'paused (SIGSTOP)',
  cut: 'network cut',
  slow: 'network slow',
  stall: 'network stalled',
}

/** Everything about a run. */
export function tortureTable(report: TortureReport): string {
  const { seed, seconds, faults, poison, longest, pause } = report
  const unanswered = Object.values(report.unanswered).reduce((sum, count) => sum + count, 0)
  const reasons = Object.entries(report.unanswered).map(([name, count]) => `${count} ${name}`)
  const rows: [string, string][] = [
    ['seed', String(seed)],
    ['faults injected', `${number(faults.length)} in ${number(seconds)} s`],
    ...kinds.flatMap((kind) => rowOf(kind, faults)),
    ['', ''],
    ['accepted', number(report.accepted)],
    ['repeated by key', number(report.repeated)],
    ['refused (503, 408)', number(report.refused)],
    ['not answered', [number(unanswered), ...reasons].join(', ')],
    ['completed', number(report.completed)],
    ['failed', number(report.failed)],
    ['lost', number(report.lost)],
    ['doubled', number(report.doubled)],
    ['final states remembered', number(report.remembered)],
    ['open, no client told', number(report.openUntold)],
    ['poison', `${number(poison.published)} sent, ${number(poison.buried)} among dead letters`],
    ['', ''],
    ['longest operation', longest ? `${longest.seconds.toFixed(1)} s (${longest.id})` : 'none'],
    ['longest pause', `${pause.seconds.toFixed(1)} s (from second ${pause.at.toFixed(0)} on)`],
    ['settled after', `${report.settledAfter.toFixed(1)} s`],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return [
    ...rows.map(([name, value]) => `${name.padEnd(width)}${value}`.trimEnd()),
    '',
    ...(report.sentences.length > 0 ? report.sentences : ['All that must hold held.']),
  ].join('\n')
}

function rowOf(kind: Kind, faults: TortureReport['faults']): [string, string][] {
  const ofKind = faults.filter((fault) => fault.kind === kind)
  if (ofKind.length === 0) return []
  const bySort = sorts.flatMap((sort) => {
    const count = ofKind.filter(({ victim }) => victim.sort === sort).length
    return count > 0 && sort !== 'link' ? [`${sort} ${count}`] : []
  })
  const details = bySort.length > 0 ? ` (${bySort.join(', ')})` : ''
  return [[`  ${names[kind]}`, `${ofKind.length}${details}`]]
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
