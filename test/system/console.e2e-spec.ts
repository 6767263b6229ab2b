import { Logger } from '@nestjs/common'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { type Sample } from '../../apps/console/src/console.api.js'
import { sampled, startConsole, type TestConsole } from '../../apps/console/test/console.js'
import { System } from './system.js'

Logger.overrideLogger(false)

let system: System
let seen: TestConsole

beforeAll(async () => {
  system = await System.start({
    env: { TOPIC_PARTITIONS: '3', USER_APPROVE_PARTITIONS: '3', APPROVAL_WORK_MS: '20' },
  })
  seen = await startConsole({
    KAFKA_BROKERS: system.broker.address,
    OPERATION_SERVICE_URL: system.services['operation-service'][0]!.url,
  })
}, 120_000)

afterAll(() => system.stop())

const saw = (check: (sample: Sample) => void) => sampled(seen, check, 40_000)

it('the console sees what the system does: events, users, how long they take, and the books', async () => {
  await saw(({ replicas }) => {
    for (const counts of Object.values(replicas)) expect(counts).toEqual({ wanted: 1, ready: 1 })
  })
  await seen.put('/api/load', { usersPerSecond: 20 })
  await saw(({ eventsPerSecond, usersPerSecond, latency, books }) => {
    expect(books?.completed).toBeGreaterThan(40)
    expect(usersPerSecond).toBeGreaterThan(0)
    // Each user is four; how many of them in just this second, is a matter of chance.
    expect(eventsPerSecond).toBeGreaterThan(usersPerSecond!)
    expect(latency?.p50).toBeGreaterThan(0)
    expect(latency?.p99).toBeGreaterThanOrEqual(latency!.p50)
  })
  await seen.put('/api/load', { usersPerSecond: 0 })
  const { books } = await saw((sample) => {
    expect(Object.values(sample.lag ?? {})).toEqual([0, 0, 0, 0])
    expect(sample.books).toMatchObject({
      pending: 0,
      failed: 0,
      unpublished: 0,
      oldestPending: null,
    })
    expect(sample.eventsPerSecond).toBe(0)
  })
  expect(books?.accepted).toBe(books?.completed)
  expect(await system.size('user-create')).toBe(books?.accepted)
}, 120_000)

it('poison from the console is a dead letter, and harms no operation', async () => {
  await fetch(`${seen.url}/api/poison`, { method: 'POST' })
  await saw(({ deadLetters }) => expect(deadLetters).toBe(1))
  const operation = await system.createUser('after the poison')
  expect((await system.ended(operation.id)).state).toBe('completed')
  await saw(({ lag, books }) => {
    expect(lag?.['user-approve']).toBe(0)
    expect(books).toMatchObject({ pending: 0, failed: 0 })
  })
}, 90_000)
