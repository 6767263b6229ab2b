import { drawChart, type Panel } from '../charts/chart.ts'
import { count, oneDecimal } from '../console/table.ts'
import type { Run, Sample } from './report.ts'
import { figure } from './table.ts'

/** A run over time, as an SVG image. */
export function chartOf(run: Run): string {
  const { system, rate, connections, partitions, seconds, post, faults, samples } = run
  const figures = figure(run)
  const facts = [
    rate === undefined ? `${count(connections)} clients` : `${count(rate)} users/s sent`,
    `${count(partitions)} partitions`,
    `${count(seconds)} s measured`,
    ...(figures.counts ? [`${oneDecimal(figures.cpuPerEvent)} µs CPU per event`] : []),
    `POST p99 ${oneDecimal(post.p99)} ms`,
  ]
  const verdict = faults[0] === undefined ? 'sustained' : `not sustained: ${faults[0]}`
  return drawChart({
    title: figures.counts ? `${system}: ${count(figures.eventsPerSecond)} events/s` : system,
    facts: [facts.join(', '), figures.counts ? verdict : figures.why],
    panels: panelsOf(run),
    samples,
    axis: 'seconds since the load began',
  })
}

function panelsOf({ samples }: Run): Panel<Sample>[] {
  const namesIn = (records: Record<string, number>[]) => [...new Set(records.flatMap(Object.keys))]
  return [
    {
      title: 'operations a second',
      lines: [
        { name: 'accepted', of: ({ acceptedPerSecond }) => acceptedPerSecond },
        { name: 'finished', of: ({ finishedPerSecond }) => finishedPerSecond },
      ],
      onTheRight: { title: 'events a second', times: 4 },
    },
    {
      title: 'latency of POST, ms',
      lines: [
        { name: 'p50', of: ({ latency }) => latency.p50 },
        { name: 'p99', of: ({ latency }) => latency.p99 },
      ],
      isLogarithmic: true,
    },
    {
      title: 'lag, records',
      lines: namesIn(samples.map(({ lag }) => lag)).map((name) => ({
        name,
        of: ({ lag }) => lag[name],
      })),
    },
    {
      title: 'memory, MB',
      lines: namesIn(samples.map(({ memory }) => memory)).map((name) => ({
        name,
        of: ({ memory }) => memory[name] && memory[name] / 1e6,
      })),
    },
  ]
}
