import { describe, expect, it } from 'vitest'
import { sampleLetter } from './sample-letter.ts'
import { linesOf } from './show.ts'

describe('a dead letter that is shown', () => {
  it('is shown whole', () => {
    const headers = { many: [Buffer.from('one'), Buffer.from([0xff])] }
    expect(linesOf(sampleLetter({ headers }), false)).toEqual([
      'user-create.dlq/3/12, waiting',
      'reason: wrong-shape',
      'detail: /name must be string',
      'from: user-create, partition 3, offset 170',
      'attempts: 1',
      'time: 2025-11-20T05:07:37.600Z',
      'key: 019a9f00-0000-7000-8000-000000000001',
      'header many: one',
      'header many: base64 /w==',
      'value, 10 bytes:',
      '{"name":7}',
    ])
  })

  it.each([
    ['no text', Buffer.from([0, 0xff]), ['value, 2 bytes, in base64:', 'AP8=']],
    [
      'text with a command for the terminal in it',
      Buffer.from('{\n"\u001b[2J'),
      ['value, 7 bytes, escaped:', '{\n"\\u001b[2J'],
    ],
    ['nothing', null, ['value: none']],
    ['empty', Buffer.alloc(0), ['value, 0 bytes:', '']],
  ])('has a value that is %s', (_, value, expected) => {
    expect(linesOf(sampleLetter({ value }), true).slice(-expected.length)).toEqual(expected)
  })

  it('is cut where it would fill the screen', () => {
    const value = Buffer.alloc(2_000_000, 'v')
    expect(linesOf(sampleLetter({ value }), true).slice(-3)).toEqual([
      'value, 2000000 bytes:',
      'v'.repeat(5_000),
      '… 1995000 characters more: --raw writes all of the value as it is',
    ])
  })

  it('may have no key', () => {
    expect(linesOf(sampleLetter({ key: null }), true)).toContain('key: none')
  })
})
