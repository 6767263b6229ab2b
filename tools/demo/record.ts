import { readFileSync, writeFileSync } from 'node:fs'
import { Failure } from '../console/failure.mjs'
import type { DemoRun } from './demo-run.ts'

/** @throws Failure when the file cannot be written */
export function writeRecord(file: string, run: DemoRun): void {
  try {
    writeFileSync(file, `${JSON.stringify(run, rounded)}\n`)
  } catch (error) {
    throw new Failure(
      `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

export function readRecord(file: string | URL): DemoRun {
  return JSON.parse(readFileSync(file, 'utf8')) as DemoRun
}

/** To thousandths. */
function rounded(_: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value
}
