import { describe, expect, it } from 'vitest'
import { asEscapedText, asText, onOneLine } from './readable.ts'

describe('bytes', () => {
  it.each(['{"name":"Zoë 👩‍🚀"}', 'two\r\nlines\tand a tab', 'C:\\u0000', ''])(
    'are text: %j',
    (text) => {
      expect(asText(Buffer.from(text))).toBe(text)
      expect(asEscapedText(Buffer.from(text))).toBe(text)
    },
  )

  it.each([
    ['a zero', 'a\0b', 'a\\u0000b'],
    ["a terminal's command", '\u001b[2J', '\\u001b[2J'],
    ["a terminal's command in one character", '\u009b2J', '\\u009b2J'],
    ['a return to the start of the line', 'rm\rls', 'rm\\u000dls'],
    ['a turned direction', '\u202egnp.exe', '\\u202egnp.exe'],
  ])('are text only when it is escaped, with %s', (_, text, expected) => {
    expect(asText(Buffer.from(text))).toBeUndefined()
    expect(asEscapedText(Buffer.from(text))).toBe(expected)
    expect(onOneLine(Buffer.from(text))).toBe(expected)
  })

  it('are no text when they are no UTF-8', () => {
    const bytes = Buffer.from([0xff, 0xfe])
    expect(asText(bytes)).toBeUndefined()
    expect(asEscapedText(bytes)).toBeUndefined()
    expect(onOneLine(bytes)).toBe('base64 //4=')
  })

  it('stay on one line', () => {
    expect(onOneLine(Buffer.from('a key'))).toBe('a key')
    expect(onOneLine(Buffer.from('two\r\nlines\tand'))).toBe('two\\u000d\\u000alines\\u0009and')
    expect(onOneLine(Buffer.alloc(100, 'k'), 10)).toBe('kkkkkkkkkk…')
  })
})
