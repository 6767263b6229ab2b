import { isUtf8 } from 'node:buffer'

/** Control characters, and those that turn the direction of what follows. */
const hidden = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu
/** The same, but for tabs and ends of lines, which are text. */
const hiddenInText = /(?!\t|\n|\r\n)[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu

/**
 * Bytes as text, if they are UTF-8 and print as what they are: whoever wrote them does not get to move the cursor.
 * Tabs and ends of lines are text.
 */
export function asText(bytes: Buffer): string | undefined {
  const text = asEscapedText(bytes)
  return text === bytes.toString() ? text : undefined
}

/** Bytes as text in which what would not print as what it is looks like `\u001b`; undefined if they are no UTF-8. */
export function asEscapedText(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString().replaceAll(hiddenInText, escaped) : undefined
}

/** Bytes on one line: escaped, what is no UTF-8 in base64, what is longer than `most` characters cut. */
export function onOneLine(bytes: Buffer, most = 64): string {
  const line = isUtf8(bytes)
    ? bytes.toString().replaceAll(hidden, escaped)
    : `base64 ${bytes.toString('base64')}`
  return line.length > most ? `${line.slice(0, most)}…` : line
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
