import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { System, until } from './system.js'

describe('Creating a user', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({ env: { APPROVAL_CONCURRENCY: '100' } })
  })
  afterAll(() => system?.stop())

  it('completes the operation with the id of an approved user', async () => {
    const { id } = await system.createUser('alice')

    const operation = await system.ended(id)

    expect(operation).toMatchObject({
      id,
      type: 'user-create',
      state: 'completed',
      data: { name: 'alice' },
    })
    const userId = operation.result!.userId
    const user = await fetch(`${system.services['user-service'][0]!.url}/users/${userId}`)
    expect(await user.json()).toMatchObject({
      id: userId,
      operationId: id,
      name: 'alice',
      approval: 'approved',
    })
  })

  it('fails the operation of a rejected user', async () => {
    const { id } = await system.createUser('Reject this one')

    const operation = await system.ended(id)

    expect(operation).toMatchObject({ state: 'failed', error: { code: 'approval-rejected' } })
    expect(operation.result).toBeUndefined()
  })

  it('refuses bad input, names the field, and stores nothing', async () => {
    const before = await system.records('operation_service', 'operations').countDocuments()
    const bad = [
      [{}, '/name'],
      [{ name: '   ' }, '/name'],
      [{ name: 'x'.repeat(101) }, '/name'],
      [{ name: null }, '/name'],
      [{ name: 'alice', email: 'no address' }, '/email'],
      [{ name: 'alice', age: 7 }, '/age'],
      ['[]', ''],
      ['{"name":', ''],
    ] as const

    for (const [body, pointer] of bad) {
      const response = await system.post(body)
      expect(response.status, JSON.stringify(body)).toBe(400)
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      const { errors } = (await response.json()) as { errors: { pointer: string }[] }
      expect(errors.map((error) => error.pointer)).toContain(pointer)
    }

    expect(await system.records('operation_service', 'operations').countDocuments()).toBe(before)
  })

  it('knows nothing of an id that nobody was given', async () => {
    const { url } = system.services['operation-service'][0]!

    expect((await fetch(`${url}/operations/019a9f00-0000-7000-8000-000000000009`)).status).toBe(404)
    expect((await fetch(`${url}/operations/not-an-id`)).status).toBe(400)
  })

  it('does once what it is told twice', async () => {
    const { id } = await system.createUser('twice')
    await system.ended(id)
    const { name, createdAt } = (await system
      .records('user_service', 'users')
      .findOne({ _id: id }))!
    const answers = await system.size('user-create-response')

    await system.publish('user-create', {
      key: id,
      value: JSON.stringify({ operationId: id, name, createdAt }),
    })

    await until(async () => (await system.size('user-create-response')) > answers)
    expect(await system.imbalances([id])).toEqual([])
    expect(await system.records('user_service', 'users').countDocuments({ name: 'twice' })).toBe(1)
  })

  it('puts poison aside and handles what stands before and behind it', async () => {
    const before = await system.createUser('before the poison')
    // The same key, so the same partition.
    await system.publish('user-create', { key: before.id, value: 'no JSON' })
    await system.publish('user-approve-response', { key: before.id, value: '{"operationId":7}' })
    const after = await system.createUser('behind the poison')

    await Promise.all([system.ended(before.id), system.ended(after.id)])

    await until(async () => (await system.size('user-create.dlq')) === 1)
    await until(async () => (await system.size('user-approve-response.dlq')) === 1)
  })

  it('does not let a message about an unknown operation change anything', async () => {
    const stranger = '019a9f00-0000-7000-8000-00000000000a'
    await system.publish('user-approve-response', {
      key: stranger,
      value: JSON.stringify({
        operationId: stranger,
        userId: stranger,
        decision: 'approved',
        decidedAt: new Date(),
      }),
    })
    await system.publish('user-create-response', {
      key: stranger,
      value: JSON.stringify({
        operationId: stranger,
        userId: stranger,
        outcome: 'completed',
        steps: {},
      }),
    })
    // Published behind them, with the same key: when it has been handled, so have they.
    await system.publish('user-create-response', { key: stranger, value: 'the end' })
    await until(async () => (await system.size('user-create-response.dlq')) === 1)

    expect(await system.imbalances([])).toEqual([])
    expect(
      await system.records('operation_service', 'outcomes').findOne({ _id: stranger }),
    ).toBeNull()
  })
})
