import { describe, expect, it, vi } from 'vitest'

import { search } from './search.js'

// The search's clock does not reach this module.
vi.mock('node:timers/promises', () => import('./sleep.js'))

/**
 * The services' own code runs on a model of the broker and of the database, and the search chooses what happens: which
 * process dies at which of its calls, what fails, what takes long, what comes twice or late. What is found is shortened
 * to the fewest steps. More runs, or other ones: `SEARCH_RUNS=20000 SEARCH_SEED=7 npm test -- test/search`.
 */
const RUNS = Number(process.env['SEARCH_RUNS'] ?? 1_000)
const SEED = Number(process.env['SEARCH_SEED'] ?? 1)

describe('wherever processes die, calls fail and messages come again', () => {
  it('the system keeps its promises', { timeout: 60_000 + RUNS * 100 }, async () => {
    console.info(`SEARCH_RUNS=${RUNS} SEARCH_SEED=${SEED}`)
    const { broken, runs } = await search(RUNS, { seed: SEED })
    expect(broken?.message).toBeUndefined()
    expect(runs).toBe(RUNS)
  })
})
