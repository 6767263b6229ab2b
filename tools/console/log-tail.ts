import { readFileSync, statSync } from 'node:fs'

const lines = 15

/** How long a log file is, in bytes; 0 when there is none yet. */
export function logEnd(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * The last lines of a log file, indented.
 *
 * @param from where, in bytes, the run began whose lines are wanted: files are appended to
 */
export function logTail(file: string, from: number): string {
  if (logEnd(file) <= from) return '  (nothing was written to it)'
  return readFileSync(file)
    .subarray(from)
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .slice(-lines)
    .map((line) => `  ${line}`)
    .join('\n')
}
