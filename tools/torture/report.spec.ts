import { describe, expect, it } from 'vitest'
import { tortureTable, type TortureReport } from './report.ts'

const report: TortureReport = {
  seed: 7,
  seconds: 600.4,
  faults: [
    { kind: 'kill', victim: { name: 'broker', sort: 'broker' } },
    { kind: 'kill', victim: { name: 'user-service-1', sort: 'service' } },
    { kind: 'cut', victim: { name: 'user-service-1 to broker', sort: 'link' } },
  ],
  accepted: 81_234,
  repeated: 2_100,
  refused: 400,
  unanswered: { ECONNREFUSED: 30, TimeoutError: 2 },
  completed: 73_111,
  failed: 8_123,
  openUntold: 0,
  lost: 0,
  doubled: 0,
  remembered: 5_000,
  poison: { published: 60, buried: 60 },
  settledAfter: 12.34,
  longest: { id: 'an id', seconds: 41.26 },
  pause: { at: 128.7, seconds: 22 },
  sentences: [],
}

describe('The report of a torture', () => {
  it('counts faults by their kind, and by their victims', () => {
    const table = tortureTable(report)
    expect(table).toMatch(/faults injected +3 in 600 s/)
    expect(table).toMatch(/killed \(SIGKILL\) +2 \(service 1, broker 1\)/)
    expect(table).toMatch(/network cut +1\n/)
    expect(table).not.toContain('SIGTERM')
  })

  it('tells what became of the requests', () => {
    const table = tortureTable(report)
    expect(table).toMatch(/accepted +81,234/)
    expect(table).toMatch(/not answered +32, 30 ECONNREFUSED, 2 TimeoutError/)
    expect(table).toMatch(/lost +0\n/)
    expect(table).toMatch(/open, no client told +0\n/)
    expect(table).toMatch(/longest pause +22\.0 s \(from second 129 on\)/)
  })

  it('ends with what is wrong, if anything is', () => {
    expect(tortureTable(report)).toMatch(/All that must hold held\.$/)
    expect(tortureTable({ ...report, sentences: ['a is lost', 'b is lost'] })).toMatch(
      /a is lost\nb is lost$/,
    )
  })
})
