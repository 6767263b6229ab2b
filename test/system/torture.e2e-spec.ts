import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { workerRoster } from '../../tools/testing/worker-roster.ts'
import { tortureTable } from '../../tools/torture/report.ts'
import { torture } from '../../tools/torture/run.ts'
import { randomSeed } from '../../tools/torture/torture-options.ts'

describe('A short torture', () => {
  it('loses, doubles and changes nothing, whatever is killed, stopped, paused or cut off', async () => {
    const parent = process.env['TIDEWAY_TEST_DIRECTORY'] ?? tmpdir()
    const directory = mkdtempSync(join(parent, 'torture-'))
    const seed = Number(process.env['TIDEWAY_TORTURE_SEED'] ?? randomSeed())
    const options = { seed, minutes: 1, faults: undefined, rate: 60, verbose: false }

    const report = await torture(workerRoster(), directory, options)

    const table = tortureTable(report)
    console.log(`${table}\n\nTIDEWAY_TORTURE_SEED=${seed} repeats the choice of faults.`)
    if (report.sentences.length > 0) {
      const kept = join('.tideway', `torture-${seed}`)
      cpSync(join(directory, 'logs'), kept, { recursive: true })
      console.log(`Its logs are kept in ${kept}.`)
    }
    expect(report.sentences, table).toEqual([])
    expect(report.lost + report.doubled, table).toBe(0)
    expect(report.faults.length).toBeGreaterThan(10)
    expect(report.completed).toBeGreaterThan(100)
  }, 480_000)
})
