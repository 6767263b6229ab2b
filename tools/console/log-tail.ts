import { existsSync, readFileSync } from 'node:fs'

/** The last lines of a log file, indented; empty when there is none. */
export function logTail(file: string, lines = 15): string {
  if (!existsSync(file)) return ''
  const text = readFileSync(file, 'utf8').trimEnd()
  if (text === '') return ''
  return text
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n')
}
