import { describe, expect, it, test } from 'vitest'
import { sampleLetter } from './sample-letter.ts'
import { ageOf, Table } from './table.ts'

const span = { topic: 'user-create', partition: 3, from: 0, to: 200 } as const
const empty = { topic: 'user-approve-response', partition: 11, from: 7, to: 7 } as const
const table = new Table([span, empty])
const now = Date.parse('2025-11-20T05:19:40Z')

describe('a table of dead letters', () => {
  it('says of each where, how old, why, whether redriven, and the key', () => {
    const long = sampleLetter({ offset: 199, reason: 'handler-failed' })
    expect([
      table.heading(),
      table.line(sampleLetter(), false, now),
      table.line(long, true, now),
    ]).toEqual([
      'address                age  reason          state     key',
      'user-create.dlq/3/12   12m  wrong-shape     waiting   019a9f00-0000-7000-8000-000000000001',
      'user-create.dlq/3/199  12m  handler-failed  redriven  019a9f00-0000-7000-8000-000000000001',
    ])
  })

  it('shows a message without a key', () => {
    expect(table.line(sampleLetter({ key: null }), false, now)).toMatch(/ {2}waiting {3}-$/)
  })

  it('fits a hundred columns: an id stays whole, a longer key is cut', () => {
    const topic = 'user-approve-response'
    const others = new Table([{ ...span, topic, partition: 11, to: 100 }])
    const line = (key: string) =>
      others.line(sampleLetter({ topic, partition: 11, key: Buffer.from(key) }), false, now)
    const id = '019a9f00-0000-7000-8000-000000000001'
    expect(line(id)).toHaveLength(100)
    expect(line(id).endsWith(id)).toBe(true)
    expect(line(`${id}!`)).toHaveLength(100)
    expect(line(`${id}!`).endsWith(`${id.slice(0, -1)}…`)).toBe(true)
  })

  it('never shows a body', () => {
    const letter = sampleLetter({ value: Buffer.from('private'), detail: 'private' })
    expect(table.line(letter, false, now)).not.toContain('private')
  })
})

test.each([
  ['2025-11-20T05:19:00Z', '40s'],
  ['2025-11-20T05:07:37Z', '12m'],
  ['2025-11-20T02:19:00Z', '3h'],
  ['2025-11-15T05:19:00Z', '5d'],
  ['2025-11-20T05:20:00Z', '0s'],
  ['?', '?'],
])('what is of %s is %s old', (time, age) => {
  expect(ageOf(time, now)).toBe(age)
})
