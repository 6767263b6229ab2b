import { setTimeout as sleep } from 'node:timers/promises'

import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type TopicName } from '#contracts'

import { type Service } from '../../tools/services/service.ts'
import {
  Clients,
  deadLetters,
  ended,
  GOES_ON_WITHIN,
  readinessOf,
  recovery,
  servicesOf,
} from './outage.js'
import { replicate, startSecondBroker } from './second-broker.js'
import { System, until } from './system.js'

/** Accepted operations that may wait to be published. */
const MOST_UNPUBLISHED = 200

const kafkaOf = async (service: Service) => (await readinessOf(service)).dependencies['kafka']!
const statusesOf = ({ answers }: Clients) => new Set(answers.map(({ status }) => status))

describe('Outages', () => {
  let system: System

  beforeAll(async () => {
    system = await System.start({
      env: { APPROVAL_CONCURRENCY: '100' },
    })
  })
  afterAll(() => system?.stop())

  /** All is as if there had been no outage. */
  async function expectNoTraces(ids: readonly string[]): Promise<void> {
    await system.allEnded(ids)
    expect(await system.imbalances(ids)).toEqual([])
    expect(await deadLetters(system)).toBe(0)
    expect(await ended(system)).toEqual([])
  }

  it('lets operations wait while the approval service is away, and finishes them when it is back', async () => {
    await system.end('user-approval-service', 'stop')
    const operations = await Promise.all(
      Array.from({ length: 20 }, (_, index) => system.createUser(`waits ${index}`)),
    )
    const ids = operations.map(({ id }) => id)
    await until(async () => (await system.size('user-approve')) >= ids.length)
    expect((await system.operation(ids[0]!)).state).toBe('pending')

    await system.startReplica('user-approval-service')

    await expectNoTraces(ids)
  })

  it('bounds what waits for a broker that is away, tells clients to come back, and takes more when it is back', async () => {
    const bounded = await system.startReplica('operation-service', {
      MOST_UNPUBLISHED: String(MOST_UNPUBLISHED),
    })
    await system.broker.stop()
    const clients = new Clients(system, { perSecond: 100, service: bounded })
    await until(async () => clients.answers.some(({ status }) => status === 503))
    const from = performance.now()
    await until(async () => clients.since(from).length > 50)
    const refused = clients.since(from)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThan(0)
    const waiting = clients.accepted
    // What is being stored while the bound is reached comes on top.
    expect(waiting.length).toBeGreaterThanOrEqual(MOST_UNPUBLISHED)
    expect(waiting.length).toBeLessThan(MOST_UNPUBLISHED + 100)

    await system.broker.start()

    const goesOn = await recovery(system, waiting)
    await clients.stop()
    console.log('The broker was away until too much waited; seconds until', goesOn)
    expect(clients.answers.at(-1)!.status).toBe(202)
    expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
    await expectNoTraces(clients.accepted)
  })

  it('sees within seconds that a broker hangs, though no connection breaks, and goes on when it answers again', async ({
    skip,
  }) => {
    skip(system.broker.origin !== 'native', 'Only a native broker can be stopped by a signal.')
    const clients = new Clients(system)
    await until(async () => clients.accepted.length > 20)
    const accepting = system.services['operation-service'][0]!
    const consumers = servicesOf(system).filter((service) => !service.label.startsWith('operation'))
    const { pid } = system.broker

    process.kill(pid!, 'SIGSTOP')
    const hanging = performance.now()
    for (const service of consumers) {
      await until(async () => (await readinessOf(service)).status === 503, 10_000)
    }
    const seen = performance.now() - hanging
    await until(async () => (await kafkaOf(accepting)).status === 'down')
    // Longer than any request to it is waited for, and than any member may be silent.
    await sleep(20_000 - seen)
    process.kill(pid!, 'SIGCONT')

    const goesOn = await recovery(system, clients.accepted)
    await clients.stop()
    console.log(`The broker hung, which was seen after ${seen.toFixed()} ms; seconds until`, goesOn)
    expect(statusesOf(clients)).toEqual(new Set([202]))
    expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
    await expectNoTraces(clients.accepted)
  }, 90_000)

  describe('of a topic that has too few in-sync replicas', () => {
    let missing: string | undefined

    // Kafka itself lowers min.insync.replicas to the number of replicas, so it takes a second one, which is away.
    beforeAll(async () => {
      const second = await startSecondBroker(system)
      if (typeof second === 'string') {
        missing = second
        return
      }
      await Promise.all([replicate(system, 'user-create'), replicate(system, 'user-approve')])
      await second.stop()
      // Whoever was connected to it may begin anew.
      await sleep(1_000)
      for (const service of servicesOf(system)) {
        await until(async () => (await kafkaOf(service)).status === 'up')
      }
    }, 120_000)

    it.for([
      ['user-create', 'operation-service', 200],
      ['user-approve', 'user-service', 503],
    ] as const)(
      'are waited for: it is said which, and all goes on when it takes messages again (%s)',
      { timeout: 90_000 },
      async ([topic, publisher, status], { skip }) => {
        skip(missing !== undefined, missing)
        const service = system.services[publisher][0]!
        const clients = new Clients(system)
        await until(async () => clients.accepted.length > 20)

        await requireInSync(topic, 2)
        const why = `${topic} takes no messages: NOT_ENOUGH_REPLICAS`
        await until(async () => (await kafkaOf(service)).detail === why)
        expect(await readinessOf(service)).toMatchObject({
          status,
          dependencies: { mongodb: { status: 'up' }, kafka: { status: 'down' } },
        })
        await sleep(5_000)
        await requireInSync(topic, 1)

        const goesOn = await recovery(system, clients.accepted)
        await clients.stop()
        console.log(`${topic} took no messages; seconds until`, goesOn)
        expect(statusesOf(clients)).toEqual(new Set([202]))
        expect(Math.max(...Object.values(goesOn))).toBeLessThan(GOES_ON_WITHIN / 1_000)
        await expectNoTraces(clients.accepted)
      },
    )
  })

  async function requireInSync(topic: TopicName, replicas: number): Promise<void> {
    const admin = system.kafka.admin()
    await admin.connect()
    try {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: kafkajs.ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: [{ name: 'min.insync.replicas', value: String(replicas) }],
          },
        ],
      })
    } finally {
      await admin.disconnect()
    }
  }
})
