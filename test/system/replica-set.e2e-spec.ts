import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { Clients, deadLetters, ended, GOES_ON_WITHIN, recovery } from './outage.js'
import { ReplicaSet, whyNoReplicaSet } from './replica-set.js'
import { System, until } from './system.js'

const missing = await whyNoReplicaSet()

describe('A database of three members', () => {
  let system: System
  let database: ReplicaSet

  beforeAll(async () => {
    if (missing !== undefined) return
    system = await System.start({
      env: { APPROVAL_CONCURRENCY: '100' },
      replicas: { 'user-service': 2 },
      database: async (directory) => (database = await ReplicaSet.start(directory)),
    })
  }, 120_000)
  afterAll(() => system?.stop())

  it.for([
    ['steps down', () => database.stepDown()],
    ['is killed', () => database.killPrimary()],
  ] as const)(
    'loses and doubles nothing when the primary %s under load, and goes on by itself',
    { timeout: 120_000 },
    async ([what, harm], { skip }) => {
      skip(missing !== undefined, missing)
      const clients = new Clients(system, { perSecond: 50 })
      await until(async () => clients.accepted.length > 100)
      const before = await database.primary()

      await harm()
      await until(async () => (await database.primary()) !== before)
      const goesOn = await recovery(system, clients.accepted)
      await until(async () => clients.answers.at(-1)!.status === 202)
      await clients.stop()

      console.log(
        `The primary ${what}: nothing was accepted for ${clients.longestGap.toFixed()} ms; seconds until`,
        goesOn,
      )
      for (const { status, retryAfter } of clients.answers) {
        if (status !== 202)
          expect({ status, isLater: retryAfter > 0 }).toEqual({ status: 503, isLater: true })
      }
      expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
      await system.allEnded(clients.accepted)
      expect(await system.imbalances(clients.accepted)).toEqual([])
      expect(await deadLetters(system)).toBe(0)
      expect(await ended(system)).toEqual([])
      // The one that was killed comes back as a secondary.
      await database.start()
    },
  )
})
