import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { System, until } from './system.js'

describe('Outages', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({ env: { APPROVAL_CONCURRENCY: '100' } })
  })
  afterAll(() => system?.stop())

  const readiness = async (url: string) => (await fetch(`${url}/readyz`)).status

  it('lets operations wait while the approval service is away, and finishes them when it is back', async () => {
    await system.end('user-approval-service', 'stop')
    const operations = await Promise.all(
      Array.from({ length: 20 }, (_, index) => system.createUser(`waits ${index}`)),
    )
    const ids = operations.map(({ id }) => id)
    await until(async () => (await system.size('user-approve')) >= ids.length)
    expect((await system.operation(ids[0]!)).state).toBe('pending')

    await system.startReplica('user-approval-service')

    await system.allEnded(ids)
    expect(await system.imbalances(ids)).toEqual([])
  })

  it('goes on accepting while the broker is away, and finishes everything when it is back', async () => {
    await system.broker.stop()
    const operations = await Promise.all(
      Array.from({ length: 50 }, (_, index) => system.createUser(`no broker ${index}`)),
    )
    const ids = operations.map(({ id }) => id)
    const { url } = system.services['operation-service'][0]!
    await until(
      async () => (await readiness(system.services['user-service'][0]!.url)) === 503,
      60_000,
    )
    expect(await readiness(url)).toBe(200)

    await system.broker.start()

    await system.allEnded(ids)
    expect(await system.imbalances(ids)).toEqual([])
    await until(async () => (await readiness(system.services['user-service'][0]!.url)) === 200)
    for (const topic of [
      'user-create',
      'user-approve',
      'user-approve-response',
      'user-create-response',
    ]) {
      expect(await system.size(`${topic}.dlq`), topic).toBe(0)
    }
  })

  it('says 503 while the database is away, and goes on when it is back', async () => {
    const before = await system.createUser('before the outage')
    await system.database.stop()
    const started = performance.now()
    const response = await system.post({ name: 'during the outage' })
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(2_500)
    const { url } = system.services['operation-service'][0]!
    await until(async () => (await readiness(url)) === 503)

    await system.database.start()

    await until(async () => (await readiness(url)) === 200)
    await until(async () => (await system.post({ name: 'after the outage' })).status === 202)
    await system.allEnded([before.id])
    expect(await system.imbalances([before.id])).toEqual([])
  })
})
