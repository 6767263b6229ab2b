/** Milliseconds. */
export interface Latency {
  p50: number
  p95: number
  p99: number
  p999: number
  max: number
}

/** What a second brought: of the requests that were answered in it. */
export interface LoadSecond {
  /** Seconds since the load began, warm-up included. */
  at: number
  isWarmUp: boolean
  sent: number
  accepted: number
  /** Answered with 503: told to come back later. */
  refused: number
  /** Any other answer, or none. */
  failed: number
  latency: Latency
}

/** What all measured seconds brought. */
export interface LoadReport {
  seconds: number
  sent: number
  accepted: number
  /** Of the answers that came while it was measured: what a slow server accepts later is not its rate. */
  acceptedPerSecond: number
  refused: number
  failed: number
  /** From the moment a request was due, so that a slow server cannot hide by being asked later. */
  latency: Latency
  /** How often each failure came: a status, or the code of an error. */
  failures: Record<string, number>
  /** As many as there are ids. */
  acceptedWithWarmUp: number
}

export function asLine({ at, isWarmUp, accepted, refused, failed, latency }: LoadSecond): string {
  return [
    `${at.toFixed(0).padStart(4)} s`,
    `${accepted} accepted`,
    ...(refused ? [`${refused} refused`] : []),
    ...(failed ? [`${failed} FAILED`] : []),
    `p50 ${latency.p50.toFixed(1)} ms`,
    `p99 ${latency.p99.toFixed(1)} ms`,
    ...(isWarmUp ? ['(warming up)'] : []),
  ].join('  ')
}

export function asTable(report: LoadReport): string {
  const { latency, failures } = report
  const rows: [string, string][] = [
    ['measured', `${report.seconds.toFixed(1)} s`],
    ['accepted', `${report.accepted} (${report.acceptedPerSecond.toFixed(1)} a second)`],
    ['refused (503)', String(report.refused)],
    ['failed', `${report.failed} ${report.failed ? JSON.stringify(failures) : ''}`.trim()],
    ...Object.entries(latency).map(([name, milliseconds]): [string, string] => [
      `latency ${name === 'p999' ? 'p99.9' : name}`,
      `${Number(milliseconds).toFixed(1)} ms`,
    ]),
  ]
  return ['', ...rows.map(([name, value]) => `${name.padEnd(16)}${value}`)].join('\n')
}
