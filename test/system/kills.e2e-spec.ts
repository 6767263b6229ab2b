import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { System, until } from './system.js'

describe('Processes that are killed or stopped under load', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({
      env: { APPROVAL_CONCURRENCY: '200', APPROVAL_WORK_MS: '20' },
      replicas: { 'user-service': 2 },
    })
  })
  afterAll(() => system?.stop())

  it('loses nothing when one of two replicas of user-service is killed', async () => {
    const load = system.load(20)
    await until(
      async () => (await system.records('user_service', 'decisions').countDocuments()) > 300,
    )

    await system.end('user-service', 'kill')
    await until(
      async () =>
        (await system.records('operation_service', 'operations').countDocuments()) > 2_000,
    )

    const { accepted } = await load.stop()
    await system.allEnded(accepted)
    expect(await system.imbalances(accepted)).toEqual([])
    await system.startReplica('user-service')
  })

  it('publishes what a process stored and, killed, did not publish', async () => {
    // Without a broker nothing is published: what is accepted now is stored and no more.
    await system.broker.stop()
    const operations = await Promise.all(
      Array.from({ length: 30 }, (_, index) => system.createUser(`orphan ${index}`)),
    )
    await system.end('operation-service', 'kill')
    await system.broker.start()
    await system.startReplica('operation-service')

    const ids = operations.map(({ id }) => id)
    await system.allEnded(ids)
    expect(await system.imbalances(ids)).toEqual([])
  })

  it.each(['user-approval-service', 'user-service', 'operation-service'] as const)(
    '%s ends with code 0 when it is told to stop under load, and nothing is lost',
    async (name) => {
      const load = system.load(20)
      const before = await system.records('operation_service', 'operations').countDocuments()
      await until(
        async () =>
          (await system.records('operation_service', 'operations').countDocuments()) > before + 500,
      )

      const started = performance.now()
      expect(await system.end(name, 'stop')).toBe(0)
      expect(performance.now() - started).toBeLessThan(25_000)
      await system.startReplica(name)

      const { accepted } = await load.stop()
      await system.allEnded(accepted)
      expect(await system.imbalances(accepted)).toEqual([])
    },
  )
})
