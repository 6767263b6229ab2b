import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { System } from './system.js'

describe("The saga's deadline", () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({
      env: { SAGA_DEADLINE_MS: '1500', APPROVAL_CONCURRENCY: '100', APPROVAL_WORK_MS: '10' },
      replicas: { 'user-service': 2 },
    })
  })
  afterAll(() => system?.stop())

  it('fails an operation whose user nobody decides', async () => {
    await system.end('user-approval-service', 'stop')
    const { id } = await system.createUser('nobody decides')

    const operation = await system.ended(id)

    expect(operation).toMatchObject({ state: 'failed', error: { code: 'approval-deadline' } })
    await system.startReplica('user-approval-service')
  })

  it('lets one of decision and expiry stand when both come at once', async () => {
    // A decision takes about as long as an expiry: for each user it is a race.
    await system.end('user-approval-service', 'stop')
    await system.startReplica('user-approval-service', { APPROVAL_WORK_MS: '2000' })
    const ids: string[] = []
    for (let index = 0; index < 100; index += 1)
      ids.push((await system.createUser(`race ${index}`)).id)

    await system.allEnded(ids)
    // The decisions that came late have come, too.
    await system.end('user-approval-service', 'stop')

    expect(await system.imbalances(ids)).toEqual([])
    const before = await system
      .records('user_service', 'decisions')
      .find()
      .sort({ _id: 1 })
      .toArray()
    await system.startReplica('user-approval-service', { APPROVAL_WORK_MS: '0' })
    const later = await system.createUser('afterwards')
    await system.ended(later.id)
    const after = await system
      .records('user_service', 'decisions')
      .find({ _id: { $in: ids } })
      .sort({ _id: 1 })
      .toArray()
    expect(after).toEqual(before.filter(({ _id }) => ids.includes(_id)))
  })
})
