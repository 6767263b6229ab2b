import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/** Lines with the seconds since the run began, in a file and, if wanted, at the terminal. */
export class FaultLog {
  private readonly file: string
  private readonly also: (line: string) => void
  private beganAt = performance.now()

  constructor(file: string, also: (line: string) => void) {
    this.file = file
    this.also = also
  }

  /** The run begins now. */
  begin(): void {
    this.beganAt = performance.now()
  }

  /** Milliseconds since the run began. */
  get elapsed(): number {
    return performance.now() - this.beganAt
  }

  tell(...words: string[]): void {
    const seconds = (this.elapsed / 1_000).toFixed(1).padStart(8)
    const line = [`${seconds} s`, ...words].join('  ')
    mkdirSync(dirname(this.file), { recursive: true })
    appendFileSync(this.file, `${new Date().toISOString()} ${line}\n`)
    this.also(line)
  }
}
