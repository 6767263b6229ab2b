import { describe, expect, test } from 'vitest'
import type { BenchReport, Latency, Run } from './report.ts'
import { count, oneDecimal } from '../console/table.ts'
import { figure, ratio, reportTable, runTable } from './table.ts'

const latency: Latency = { p50: 2.71, p95: 8.5, p99: 21.42, p999: 77.1, max: 1_190.44 }

function run(changes: Partial<Run> = {}): Run {
  return {
    system: 'Tideway',
    rate: 5_800,
    connections: 128,
    partitions: 12,
    seconds: 29.5,
    acceptedPerSecond: 5_799.6,
    eventsPerSecond: 23_123.4,
    refused: 0,
    failed: 0,
    post: latency,
    finish: { ...latency, p50: 250 },
    costs: [cost('user-service', 0.5, 11), cost('kafka', 0.75, 20.5)],
    cpuPerEvent: 31.5,
    otherCores: 0.02,
    books: { accepted: 203_000, finished: 203_000, eventsRatio: 1.0004, imbalances: [] },
    drainedAfter: 0.31,
    samples: [],
    faults: [],
    ...changes,
  }
}

function cost(name: string, cores: number, cpuPerEvent: number) {
  return { name, cores, cpuPerEvent, memory: { first: 100e6, last: 120e6, most: 1_300e6 } }
}

function unbalanced(changes: Partial<Run> = {}): Run {
  const { books } = run()
  return run({ ...changes, books: { ...books, imbalances: ['1 was lost', '2 was lost'] } })
}

function report(changes: Partial<BenchReport>): BenchReport {
  const machine = { cores: 2, model: 'Xeon', memory: 8e9, node: 'v24.1.0', system: 'Linux 6' }
  return { startedAt: '2025-01-02T03:04:05Z', machine, ...changes }
}

/** The row that begins so, its gaps as one blank. */
function row(text: string, name: string): string | undefined {
  return text
    .split('\n')
    .find((line) => line.startsWith(`${name} `))
    ?.replaceAll(/ +/g, ' ')
}

describe('a figure', () => {
  test('is there when the books balance', () => {
    expect(figure(run())).toEqual({
      counts: true,
      acceptedPerSecond: 5_799.6,
      eventsPerSecond: 23_123.4,
      cpuPerEvent: 31.5,
    })
  })

  test('is the first imbalance when the books do not balance', () => {
    expect(figure(unbalanced())).toEqual({ counts: false, why: 'not counted: 1 was lost' })
  })

  test('is what is missing when not everything accepted has finished', () => {
    const books = { ...run().books, finished: 202_990 }
    expect(figure(run({ books }))).toEqual({
      counts: false,
      why: 'not counted: 203,000 were accepted and 202,990 have finished',
    })
  })

  test('counts though the rate was not sustained', () => {
    expect(figure(run({ faults: ['what was open grew from 1 to 9'] })).counts).toBe(true)
  })
})

describe('a ratio', () => {
  test('is of the events a second', () => {
    expect(ratio(run(), run({ eventsPerSecond: 2_312.34 }))).toBeCloseTo(10)
  })

  test('is there only when both figures are', () => {
    expect(ratio(run(), unbalanced())).toBeUndefined()
    expect(ratio(unbalanced(), run())).toBeUndefined()
    expect(ratio(run(), run({ eventsPerSecond: 0 }))).toBeUndefined()
  })
})

describe('a run', () => {
  test('has its load in the title', () => {
    expect(runTable(run())).toMatch(/^Tideway: 5,800 users\/s, 12 partitions, 29\.5 s\n/)
    expect(runTable(run({ rate: 1 }))).toMatch(/^Tideway: 1 user\/s,/)
    expect(runTable(run({ rate: undefined }))).toMatch(
      /^Tideway: 128 clients, each as fast as it is answered, 12 partitions/,
    )
  })

  test('is told with rates, latencies, processes with their sum, and books', () => {
    const text = runTable(run())
    expect(row(text, 'accepted/s')).toBe('accepted/s 5,800')
    expect(row(text, 'events/s')).toBe('events/s 23,123')
    expect(row(text, 'latency, ms')).toBe('latency, ms p50 p95 p99 p99.9 max')
    expect(row(text, 'POST')).toBe('POST 2.7 8.5 21.4 77.1 1,190.4')
    expect(row(text, 'accepted→finished')).toBe('accepted→finished 250.0 8.5 21.4 77.1 1,190.4')
    expect(row(text, 'kafka')).toBe('kafka 0.75 20.5 100 120 1,300')
    expect(row(text, 'all')).toBe('all 1.25 31.5 200 240 2,600')
    expect(row(text, 'finished')).toBe('finished 203,000')
    expect(row(text, 'records')).toBe('records 1.000 times the four of each operation')
    expect(row(text, 'imbalances')).toBe('imbalances none')
    expect(text).toContain('Sustained: the last one finished 0.3 s after the last request.')
  })

  test('prints no figure when the books do not balance', () => {
    const text = runTable(unbalanced())
    expect(row(text, 'accepted/s')).toBe('accepted/s not counted: 1 was lost')
    expect(row(text, 'events/s')).toBe('events/s not counted: 1 was lost')
    expect(row(text, 'kafka')).toBe('kafka 0.75 – 100 120 1,300')
    expect(text).not.toContain('5,800\n')
    expect(text).not.toContain('23,123')
    expect(text).not.toContain('31.5')
  })

  test('shows some imbalances and how many there are', () => {
    const imbalances = Array.from({ length: 7 }, (_, index) => `${index} was lost`)
    const text = runTable(run({ books: { ...run().books, imbalances } }))
    expect(row(text, 'imbalances')).toBe('imbalances 7')
    expect(text).toContain('  4 was lost\n  and 2 more')
    expect(text).not.toContain('5 was lost')
  })

  test('says why it was not sustained', () => {
    const text = runTable(run({ faults: ['3 requests failed', 'only 9 a second finished'] }))
    expect(text).toContain('NOT SUSTAINED:\n  3 requests failed\n  only 9 a second finished')
    expect(text).not.toContain('Sustained')
  })

  test('mentions refusals and failures only when there are some', () => {
    expect(runTable(run())).not.toMatch(/refused|failed/)
    const text = runTable(run({ refused: 1_200, failed: 3 }))
    expect(row(text, 'refused')).toBe('refused 1,200')
    expect(row(text, 'failed')).toBe('failed 3')
  })

  test('has no times of finishing where the system keeps none', () => {
    expect(runTable(run({ finish: undefined }))).not.toContain('accepted→finished')
  })

  test('keeps its columns below each other', () => {
    const [headings, post, finish] = runTable(run())
      .split('\n')
      .filter((line) => /^(latency|POST|accepted→)/.test(line))
      .map((line) => line.length)
    expect(headings).toBe(post)
    expect(post).toBe(finish)
  })
})

describe('a report', () => {
  test('has the sections that were measured, and no others', () => {
    const text = reportTable(report({ steady: run() }))
    expect(text).toMatch(/^Measured 2025-01-02T03:04:05Z on 2 cores \(Xeon\),\n8 GB memory/)
    expect(text).toContain('\nSteady\n──────\nTideway:')
    expect(text).not.toMatch(/Half|One request|Soak|Beside|By partitions|backlog|history/)
  })

  test('has half the rate and one request a second', () => {
    const text = reportTable(report({ half: run(), quiet: run({ rate: 1 }) }))
    expect(text).toContain('Half the rate')
    expect(text).toContain('One request a second')
    expect(text).not.toContain('Steady')
  })

  test("shows how a soak's memory grew or shrank", () => {
    const shrunk = { ...cost('kafka', 1, 1), memory: { first: 200e6, last: 150e6, most: 210e6 } }
    const text = reportTable(report({ soak: run({ costs: [cost('user-service', 1, 1), shrunk] }) }))
    expect(row(text, 'user-service')).toBe('user-service 100 120 +20 %')
    expect(row(text, 'kafka')).toBe('kafka 200 150 -25 %')
  })

  test('compares with stock, with and without its wait', () => {
    const stock = {
      withoutApproval: run({ eventsPerSecond: 4_624.7 }),
      withApproval: run({ eventsPerSecond: 231.2 }),
    }
    const text = reportTable(report({ steady: run(), stock }))
    expect(row(text, 'stock, approving at once')).toMatch(/5\.0 times$/)
    expect(row(text, 'stock, approving as Tideway does')).toMatch(/100\.0 times$/)
  })

  test('compares nothing when the books of a side do not balance', () => {
    const text = reportTable(report({ steady: run(), stock: { withoutApproval: unbalanced() } }))
    expect(row(text, 'stock, approving at once')).toBe(
      'stock, approving at once – – 21.4 21.4 – – not counted: 1 was lost',
    )
    expect(text).not.toContain('times\n')
  })

  test('shows stock alone when there is nothing to compare it with', () => {
    const text = reportTable(report({ stock: { withoutApproval: run() } }))
    expect(text).toContain('stock, approving at once')
    expect(text).not.toContain('Tideway is')
  })

  test('has a row for each number of partitions, with what was wrong', () => {
    const partitions = [
      { partitions: 1, run: run({ faults: ['only 9 a second finished'] }) },
      { partitions: 4, run: unbalanced() },
      { partitions: 12, run: run() },
    ]
    const text = reportTable(report({ partitions }))
    expect(row(text, '1')).toBe(
      '1 5,800 23,123 21.4 21.4 31.5 not sustained: only 9 a second finished',
    )
    expect(row(text, '4')).toBe('4 – – 21.4 21.4 – not counted: 1 was lost')
    expect(row(text, '12')).toBe('12 5,800 23,123 21.4 21.4 31.5')
  })

  test('has the backlog and the history', () => {
    const text = reportTable(
      report({
        backlog: { operations: 100_000, seconds: 12.34, eventsPerSecond: 32_415 },
        history: [
          {
            operations: 1e6,
            post: latency,
            get: latency,
            summary: latency,
            pending: latency,
            eventsPerSecond: 20_000,
          },
        ],
      }),
    )
    expect(text).toContain(
      '100,000 operations were waiting, and finished in 12.3 s: 32,415 events/s',
    )
    expect(row(text, '1,000,000')).toBe('1,000,000 20,000 2.7 21.4 2.7 21.4 2.7 21.4 2.7 21.4')
  })
})

test('numbers have separators, and decimals where they are small', () => {
  expect([23_123.4, 100.4, 99.94, 4.02, 1, 0].map(count)).toEqual([
    '23,123',
    '100',
    '99.9',
    '4',
    '1',
    '0',
  ])
  expect([1_190.44, 2, 0.05].map(oneDecimal)).toEqual(['1,190.4', '2.0', '0.1'])
})
