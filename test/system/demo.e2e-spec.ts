import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, it } from 'vitest'

import { demo } from '../../tools/demo/demo.ts'
import { pictureOf, reportOf } from '../../tools/demo/report.ts'
import { type Script } from '../../tools/demo/script.ts'
import { compare } from '../../tools/demo/simulated.ts'
import { workerRoster } from '../../tools/testing/worker-roster.ts'

/** The second act, in small. */
const script: Script = {
  acts: [
    {
      number: 2,
      opening: 'replicas follow the lag.',
      isScaled: true,
      steps: [
        { usersPerSecond: 20, seconds: 6 },
        { usersPerSecond: 30, seconds: 6 },
      ],
    },
  ],
  maxReplicas: 4,
  syncSeconds: 1,
  downWindowSeconds: 3,
}

describe('A short demo', () => {
  afterAll(() => workerRoster().stopAll())

  it('has the replicas follow the load up and down, and loses nothing', async () => {
    const parent = process.env['TIDEWAY_TEST_DIRECTORY'] ?? tmpdir()
    const directory = mkdtempSync(join(parent, 'demo-'))

    const { run, accounts } = await demo(workerRoster(), directory, script, { footprint: 'small' })

    const report = { run, accounts, comparison: compare(run) }
    const told = reportOf(report)
    console.log(told)
    expect(accounts.imbalances, told).toEqual([])
    // On a machine that has no time for it, fewer come than are to.
    expect(accounts.accepted).toBeGreaterThan(50)
    expect(accounts.completed).toBe(accounts.accepted)
    expect(accounts.answered).toBe(accounts.accepted)
    expect(told).toContain('none lost')
    const ready = run.moments.map(({ replicas }) => replicas.ready)
    expect(Math.max(...ready)).toBeGreaterThan(1)
    expect(run.moments.at(-1)!.replicas).toEqual({ wanted: 1, ready: 1 })
    const directions = run.changes.map(({ current, replicas }) => Math.sign(replicas - current))
    expect(new Set(directions)).toEqual(new Set([1, -1]))
    expect(pictureOf(report)).toMatch(/^<svg/)
  }, 300_000)
})
