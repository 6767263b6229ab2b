import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { simulationDefaults } from '#autoscaling'
import { root } from '../workspace/paths.mjs'
import { readRecord } from './record.ts'
import { recordedRun, withRecordedError } from './recorded.ts'
import { compare, loadOfRun, statedError } from './simulated.ts'

const run = readRecord(recordedRun)
const page = readFileSync(join(root, 'docs', 'scaling.md'), 'utf8')

describe('The simulator, beside a recorded demo', () => {
  it('is no further from its lag and its replicas than is stated', () => {
    const { lagError, replicasError } = compare(run)
    expect(lagError).toBeLessThanOrEqual(statedError.lag)
    expect(replicasError).toBeLessThanOrEqual(statedError.replicas)
  })

  it('has the error that docs/scaling.md tells: npm run docs writes it anew', () => {
    expect(page).toContain('<!-- demo -->')
    expect(withRecordedError(page)).toBe(page)
    expect(page).toContain(
      `${statedError.lag * 100} % of the highest lag and ${statedError.replicas} replicas`,
    )
  })

  it.each([
    [
      'a replica were twice as fast',
      { worker: { ...simulationDefaults.worker, serviceSeconds: 0.1 } },
    ],
    [
      'a replica were half as fast',
      { worker: { ...simulationDefaults.worker, serviceSeconds: 0.4 } },
    ],
    ['there were three partitions', { partitions: 3 }],
    ['nothing were scaled', { scaler: { kind: 'none' } as const }],
  ])('would be further away if %s', (_, changes) => {
    const { lagError, replicasError } = compare(run, changes)
    const isFurther = lagError > statedError.lag || replicasError > statedError.replicas
    expect(isFurther).toBe(true)
  })
})

describe('The load of a run', () => {
  it('is what was accepted, second by second, also where that was found out only later', () => {
    const nothing = { eventsPerSecond: null, lag: null, latency: null }
    const replicas = { wanted: 1, ready: 1 }
    const moments = [10, null, 4].map((usersPerSecond, index) => ({
      ...nothing,
      replicas,
      at: index + 1,
      usersPerSecond,
    }))
    const { stepSeconds, rates } = loadOfRun(moments)
    expect([...rates]).toEqual([...Array(10).fill(10), ...Array(20).fill(4)])
    expect(stepSeconds).toBe(0.1)
  })
})
