import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Roster } from '../processes/roster.ts'

/** A program to be launched in a service's place, with all that a launch needs; its processes end with the test. */
export function sampleProgram(source: string) {
  const directory = mkdtempSync(join(tmpdir(), 'program-'))
  const main = join(directory, 'program.mjs')
  writeFileSync(main, source)
  const roster = new Roster()
  onTestFinished(async () => {
    await roster.stopAll()
    rmSync(directory, { recursive: true })
  })
  return { env: {}, directory, main, roster }
}
