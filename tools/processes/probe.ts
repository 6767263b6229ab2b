import { execFile } from 'node:child_process'

export interface Probe {
  /** It ran and ended with exit code 0. */
  succeeded: boolean
  /** There is no such command. */
  isMissing: boolean
  /** What it printed, both streams. */
  output: string
}

/** Runs a command that answers at once, and tells what came of it; it never throws. */
export function probe(command: string, args: string[], timeoutMs = 10_000): Promise<Probe> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: timeoutMs }, (error, stdout, stderr) => {
      resolve({
        succeeded: error === null,
        isMissing: error !== null && 'code' in error && error.code === 'ENOENT',
        output: `${stdout}${stderr}`.trim(),
      })
    })
  })
}
