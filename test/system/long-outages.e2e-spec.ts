import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, it, type TestContext } from 'vitest'

import {
  attemptsToConsume,
  Clients,
  deadLetters,
  ended,
  GOES_ON_WITHIN,
  OUTAGE,
  readinessOf,
  recovery,
  servicesOf,
} from './outage.js'
import { System, until } from './system.js'

/** In milliseconds. Half a second more than is promised, for a machine that is busy. */
const ANSWERS_WITHIN = 2_500
/** Of both outages of a server, with all that comes before and after. */
const TIMEOUT = 2 * OUTAGE + 180_000

/** How a server goes, and for how long it is away. */
const outages = [
  ['stop', OUTAGE],
  ['kill', OUTAGE / 4],
] as const
type How = (typeof outages)[number][0]

// Mostly they wait, so they do it at the same time; each has a system of its own.
describe.concurrent('Under load', () => {
  it(
    'a broker that is away is a pause: everything is accepted, and all goes on by itself when it is back',
    { timeout: TIMEOUT },
    async (context) => {
      const system = await start(context, '100')
      for (const [how, lasts] of outages) await takeBrokerAway(system, how, lasts)
    },
  )

  it(
    'a database that is away is a pause: clients are told to come back, and all goes on by itself when it is back',
    { timeout: TIMEOUT },
    async (context) => {
      // Few at a time, so that there is a backlog of users to be decided when it goes.
      const system = await start(context, '4')
      for (const [how, lasts] of outages) await takeDatabaseAway(system, how, lasts)
    },
  )
})

async function start(
  { onTestFinished }: TestContext,
  approvalConcurrency: string,
): Promise<System> {
  const system = await System.start({
    env: { APPROVAL_CONCURRENCY: approvalConcurrency },
    replicas: { 'user-service': 2 },
  })
  onTestFinished(() => system.stop())
  return system
}

async function takeBrokerAway(system: System, how: How, lasts: number): Promise<void> {
  const [accepting, ...consumers] = servicesOf(system)
  const attempts = () => servicesOf(system).map(attemptsToConsume)
  const attemptsBefore = attempts()
  const clients = new Clients(system)
  await until(async () => clients.accepted.length > 50)

  await system.broker[how]()
  const over = sleep(lasts)
  for (const consumer of consumers) {
    await until(async () => (await readinessOf(consumer)).status === 503)
    expect((await readinessOf(consumer)).dependencies['kafka']?.status).toBe('down')
  }
  await over
  expect(await readinessOf(accepting!)).toMatchObject({
    status: 200,
    dependencies: { mongodb: { status: 'up' }, kafka: { status: 'down' } },
  })
  await system.broker.start()
  const goesOn = await recovery(system, clients.accepted)
  await clients.stop()

  console.log(`The broker, ${how}, was away for ${lasts} ms; seconds until`, goesOn)
  expect(new Set(clients.answers.map(({ status }) => status))).toEqual(new Set([202]))
  expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
  await system.allEnded(clients.accepted)
  expect(await system.imbalances(clients.accepted)).toEqual([])
  expect(await deadLetters(system)).toBe(0)
  expect(await ended(system)).toEqual([])
  for (const [index, count] of attempts().entries()) {
    expect(count - attemptsBefore[index]!).toBeLessThan(5 + lasts / 3_000)
  }
}

async function takeDatabaseAway(system: System, how: How, lasts: number): Promise<void> {
  const { 'user-approval-service': approving, ...others } = system.services
  const storing = Object.values(others).flat()
  const clients = new Clients(system)
  await until(async () => clients.accepted.length > 50)

  await system.database[how]()
  const [away, over] = [performance.now(), sleep(lasts)]
  for (const service of storing) {
    await until(async () => (await readinessOf(service)).status === 503)
    expect(await readinessOf(service)).toMatchObject({
      dependencies: { mongodb: { status: 'down' }, kafka: { status: 'up' } },
    })
  }
  expect((await readinessOf(approving[0]!)).status).toBe(200)
  await over
  const whileAway = clients.since(away)
  await system.database.start()
  const goesOn = await recovery(system, clients.accepted)
  await clients.stop()

  const longest = Math.max(...whileAway.map((each) => each.answeredAt - each.askedAt))
  console.log(
    `The database, ${how}, was away for ${lasts} ms; answers took up to ${longest.toFixed()} ms; seconds until`,
    goesOn,
  )
  expect(whileAway.length).toBeGreaterThan(lasts / 100)
  expect(new Set(whileAway.map(({ status }) => status))).toEqual(new Set([503]))
  expect(Math.min(...whileAway.map(({ retryAfter }) => retryAfter))).toBeGreaterThan(0)
  expect(longest).toBeLessThan(ANSWERS_WITHIN)
  expect(new Set(clients.answers.map(({ status }) => status))).toEqual(new Set([202, 503]))
  expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
  await system.allEnded(clients.accepted)
  expect(await system.imbalances(clients.accepted)).toEqual([])
  expect(await deadLetters(system)).toBe(0)
  expect(await ended(system)).toEqual([])
}
