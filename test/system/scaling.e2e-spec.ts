import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { acceptedAt } from '#contracts'

import { serviceNames } from '../../tools/services/service-names.ts'
import { type Ending, timesOf } from '../../tools/torture/checks/times.ts'
import { System } from './system.js'

/** Seconds in which nothing may finish, at most, while a group gets or loses a member that says so. */
const LONGEST_PAUSE = 3
const CONNECTIONS = 4
/** Milliseconds that each connection rests after an answer. */
const REST = 50
/** Milliseconds between two changes: as long as a group needs to be at peace again. */
const BETWEEN = 500
const MOST_REPLICAS = 6

describe('Replicas that come and go under load', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({ env: { APPROVAL_CONCURRENCY: '20' } })
  })
  afterAll(() => system?.stop())

  /** Has users created while something happens. @returns how long the longest pause was, and all that is wrong */
  async function underLoad(what: () => Promise<void>) {
    const from = new Date()
    const load = system.load(CONNECTIONS, REST)
    await sleep(1_000)
    await what()
    await sleep(1_000)
    const until = new Date()
    const { accepted, refused } = await load.stop()
    await system.allEnded(accepted)
    const endings = system
      .records('operation_service', 'outcomes')
      .find({ _id: { $in: accepted } })
      .project<Ending>({ finishedAt: 1 })
    const { pause, longest } = await timesOf(endings, { from, until }, acceptedAt)
    const imbalances = await system.imbalances(accepted)
    return { accepted, refused, pause, longest, imbalances }
  }

  it('goes from one approval replica to six and back', async () => {
    const name = 'user-approval-service'

    const { pause, longest, accepted, refused, imbalances } = await underLoad(async () => {
      while (system.services[name].length < MOST_REPLICAS) {
        await system.startReplica(name)
        await sleep(BETWEEN)
      }
      while (system.services[name].length > 1) {
        expect(await system.end(name, 'stop')).toBe(0)
        await sleep(BETWEEN)
      }
    })

    console.log(
      `1 to ${MOST_REPLICAS} to 1: ${accepted.length} users, longest pause ${pause.seconds.toFixed(2)} s, longest operation ${longest?.seconds.toFixed(2)} s`,
    )
    expect(imbalances).toEqual([])
    expect(refused).toBe(0)
    expect(pause.seconds).toBeLessThan(LONGEST_PAUSE)
  }, 120_000)

  it('is restarted replica by replica, each one replaced before it is stopped', async () => {
    const { pause, longest, accepted, refused, imbalances } = await underLoad(async () => {
      for (const name of serviceNames) {
        await system.startReplica(name)
        await sleep(BETWEEN)
        expect(await system.end(name, 'stop')).toBe(0)
        await sleep(BETWEEN)
      }
    })

    console.log(
      `rolling restart: ${accepted.length} users, longest pause ${pause.seconds.toFixed(2)} s, longest operation ${longest?.seconds.toFixed(2)} s`,
    )
    expect(imbalances).toEqual([])
    expect(refused).toBe(0)
    expect(pause.seconds).toBeLessThan(LONGEST_PAUSE)
  }, 120_000)

  it('goes on soon after a replica was killed and started again', async () => {
    const name = 'user-service'
    await system.startReplica(name)
    const { port } = system.services[name][0]!

    const { pause, longest, accepted, imbalances } = await underLoad(async () => {
      await sleep(3_000)
      await system.end(name, 'kill')
      await system.startReplica(name, {}, port)
      await sleep(2_000)
    })

    console.log(
      `killed and started again: ${accepted.length} users, longest pause ${pause.seconds.toFixed(2)} s, longest operation ${longest?.seconds.toFixed(2)} s`,
    )
    expect(imbalances).toEqual([])
  }, 120_000)
})
