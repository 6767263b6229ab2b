import { describe, expect, it } from 'vitest'
import { recordOf, Totals } from './list.ts'
import { sampleLetter } from './sample-letter.ts'

describe('the list of dead letters', () => {
  it('says as JSON where each lies, when, why, how often tried, the key, where from, whether redriven', () => {
    expect(recordOf(sampleLetter(), true)).toEqual({
      address: 'user-create.dlq/3/12',
      deadLetterTopic: 'user-create.dlq',
      partition: 3,
      offset: 12,
      time: '2025-11-20T05:07:37.600Z',
      reason: 'wrong-shape',
      attempts: 1,
      key: '019a9f00-0000-7000-8000-000000000001',
      source: { topic: 'user-create', partition: 3, offset: 170 },
      redriven: true,
    })
  })

  it.each([
    [null, { key: null }],
    [Buffer.from([0xff]), { keyBase64: '/w==' }],
  ])('as JSON knows the key %j', (key, expected) => {
    const record = recordOf(sampleLetter({ key }), false)
    expect(record).toMatchObject(expected)
    expect(Object.keys(record).filter((name) => name.startsWith('key'))).toHaveLength(1)
  })

  it('never shows a body', () => {
    const letter = sampleLetter({ value: Buffer.from('private'), detail: 'private' })
    expect(JSON.stringify(recordOf(letter, false))).not.toContain('private')
  })

  it('ends with how many there are of each topic and reason', () => {
    const totals = new Totals()
    totals.add(sampleLetter(), true)
    totals.add(sampleLetter(), false)
    totals.add(sampleLetter({ reason: 'not-json' }), false)
    totals.add(sampleLetter({ topic: 'user-approve' }), true)
    expect(totals.lines()).toEqual([
      '',
      'user-create, not-json: 1, 0 redriven',
      'user-create, wrong-shape: 2, 1 redriven',
      'user-approve, wrong-shape: 1, 1 redriven',
      '4 dead letters, 2 redriven',
    ])
  })

  it('says so when there are none', () => {
    expect(new Totals().lines()).toEqual(['No dead letters.'])
  })
})
