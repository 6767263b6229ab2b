import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as sleep } from 'node:timers/promises'

import { System, until } from './system.js'

describe('The approval service', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start()
  })
  afterAll(() => system?.stop())

  /** Decisions a second, over some seconds. */
  async function rate(): Promise<number> {
    const decisions = system.records('user_service', 'decisions')
    const before = await decisions.countDocuments()
    const started = performance.now()
    await sleep(4_000)
    return ((await decisions.countDocuments()) - before) / ((performance.now() - started) / 1_000)
  }

  it('approves 5 users a second whatever the partitions, and 10 with a second replica', async () => {
    await Promise.all(
      Array.from({ length: 120 }, (_, index) => system.createUser(`queue ${index}`)),
    )
    await until(
      async () => (await system.records('user_service', 'decisions').countDocuments()) > 2,
    )
    const alone = await rate()

    await system.startReplica('user-approval-service')
    const decided = await system.records('user_service', 'decisions').countDocuments()
    await until(
      async () =>
        (await system.records('user_service', 'decisions').countDocuments()) > decided + 5,
    )
    const together = await rate()

    expect(alone).toBeGreaterThan(4)
    expect(alone).toBeLessThan(5.6)
    expect(together).toBeGreaterThan(8)
    expect(together).toBeLessThan(11)
  })
})
