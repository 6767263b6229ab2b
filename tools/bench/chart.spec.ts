import { expect, test } from 'vitest'
import { chartOf } from './chart.ts'
import type { Run, Sample } from './report.ts'

const topics = ['user-create', 'user-approve', 'user-approve-response', 'user-create-response']
const processes = ['operation-service', 'user-service', 'user-approval-service', 'kafka', 'mongod']

const samples = Array.from({ length: 20 }, (_, second): Sample => ({
  at: second + 1,
  acceptedPerSecond: 5_700 + second,
  finishedPerSecond: 5_650 + second,
  // Nothing is answered in the last second.
  latency: second === 19 ? { p50: 0, p99: 0 } : { p50: 2 + second / 10, p99: 20 + second },
  lag: Object.fromEntries(topics.map((topic, index) => [topic, 100 * index + second])),
  open: 1_000,
  memory: Object.fromEntries(processes.map((name, index) => [name, (100 + 10 * index) * 1e6])),
}))

function run(changes: Partial<Run> = {}): Run {
  const latency = { p50: 2.7, p95: 8.5, p99: 21.4, p999: 77.1, max: 190.4 }
  return {
    system: 'Tideway',
    rate: 5_800,
    connections: 128,
    partitions: 12,
    seconds: 20,
    acceptedPerSecond: 5_799.6,
    eventsPerSecond: 23_123.4,
    refused: 0,
    failed: 0,
    post: latency,
    finish: latency,
    costs: [],
    cpuPerEvent: 31.5,
    otherCores: 0.02,
    books: { accepted: 100, finished: 100, eventsRatio: 1, imbalances: [] },
    drainedAfter: 0.3,
    samples,
    faults: [],
    ...changes,
  }
}

/** The texts of an SVG. */
function textsIn(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!.trim())
}

test('the SVG names every topic and process', () => {
  expect(textsIn(chartOf(run()))).toEqual(expect.arrayContaining([...topics, ...processes]))
})

test('the SVG names axes and units', () => {
  expect(textsIn(chartOf(run()))).toEqual(
    expect.arrayContaining([
      'operations a second',
      'events a second',
      'latency of POST, ms',
      'lag, records',
      'memory, MB',
      'seconds since the load began',
    ]),
  )
})

test('the title has the figures', () => {
  const texts = textsIn(chartOf(run()))
  expect(texts).toContain('Tideway: 23,123 events/s')
  expect(texts).toContain(
    '5,800 users/s sent, 12 partitions, 20 s measured, 31.5 µs CPU per event, POST p99 21.4 ms',
  )
  expect(texts).toContain('sustained')
})

test('a figure is not printed when the books do not balance', () => {
  const books = { ...run().books, imbalances: ['1 was lost'] }
  const texts = textsIn(chartOf(run({ books, faults: ['1 was lost'] })))
  expect(texts).toContain('Tideway')
  expect(texts).toContain('not counted: 1 was lost')
  expect(texts.join('\n')).not.toMatch(/23,123|31\.5/)
})

test('the title says when the rate was not sustained', () => {
  const texts = textsIn(chartOf(run({ faults: ['3 requests failed'] })))
  expect(texts).toContain('not sustained: 3 requests failed')
})

test('a long reason is cut, not drawn beyond the edge', () => {
  const texts = textsIn(chartOf(run({ faults: ['a long story '.repeat(30)] })))
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(120)
})

test('the scale of events is four times that of operations', () => {
  const texts = textsIn(chartOf(run()))
  expect(texts).toContain('6,000')
  expect(texts).toContain('24,000')
})

test('every line of a panel looks different, whatever the colours look like', () => {
  const many = Array.from({ length: 20 }, (_, index) => `process-${index}`)
  const memory = Object.fromEntries(many.map((name) => [name, 1e8]))
  const svg = chartOf(run({ samples: samples.map((sample) => ({ ...sample, lag: {}, memory })) }))
  const strokes = [...svg.matchAll(/<path [^>]*stroke-width="2"[^>]*>/g)].map(([path]) =>
    [/stroke="[^"]*"/, /stroke-dasharray="[^"]*"/].map((part) => part.exec(path)?.[0]).join(' '),
  )
  expect(new Set(strokes).size).toBe(many.length)
  expect(textsIn(svg)).toEqual(expect.arrayContaining(many))
})

test('the image is 960 wide and as high as its names need', () => {
  const height = (svg: string) => Number(/<svg width="960" height="(\d+)"/.exec(svg)?.[1])
  const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`p${index}`, 1e8]))
  expect(height(chartOf(run()))).toBeGreaterThan(900)
  expect(
    height(chartOf(run({ samples: samples.map((sample) => ({ ...sample, memory: many })) }))),
  ).toBeGreaterThan(height(chartOf(run())))
})

test('no place in the image is not a number, not even without samples', () => {
  expect(chartOf(run())).not.toContain('NaN')
  expect(chartOf(run({ samples: [] }))).not.toContain('NaN')
})

test('a process that came later has its line too', () => {
  const [first, ...rest] = samples as [Sample, ...Sample[]]
  const later = rest.map((sample) => ({ ...sample, memory: { ...sample.memory, late: 1e8 } }))
  expect(textsIn(chartOf(run({ samples: [first, ...later] })))).toContain('late')
})
