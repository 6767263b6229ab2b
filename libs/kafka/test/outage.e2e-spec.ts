import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { type MessageOf } from '#contracts'
import { eventually } from '#testing'

import { BrokerUnavailable, Publisher } from '../src/index.js'
import { approvals, type Consumer, type Handle, startConsumer } from './consumer.js'
import { startKafka } from './kafka.js'
import { userApprove } from './records.js'

Logger.overrideLogger(false)

const TOPIC = 'user-approve'
const SERVICE = 'user-approval-service'
const kafka = await startKafka()
const publisher = new Publisher(kafka.kafka)

let handled: string[] = []

const start = (handle: Handle<typeof TOPIC> = async () => undefined, inFlight = 500) =>
  startConsumer({
    broker: kafka.address,
    inFlight: { [TOPIC]: inFlight },
    controllers: [
      approvals(async (users, context) => {
        await handle(users, context)
        handled.push(...users.map(({ name }) => name))
      }),
    ],
  })

const becomes = ({ server }: Consumer, member: boolean) =>
  eventually(() => expect(server.isMember).toBe(member), { within: 30_000 })

/** Publishes until the broker has it, as the services do. */
async function publish(messages: MessageOf<typeof TOPIC>[]): Promise<void> {
  for (;;) {
    try {
      return await publisher.publish(TOPIC, messages)
    } catch (error) {
      expect(error).toBeInstanceOf(BrokerUnavailable)
    }
  }
}

const users = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => userApprove(`${prefix} ${index}`))

const namesOf = (messages: MessageOf<typeof TOPIC>[]) => messages.map(({ name }) => name).toSorted()

const allCommitted = () =>
  eventually(async () =>
    expect(await kafka.committed(SERVICE, TOPIC)).toEqual(await kafka.ends(TOPIC)),
  )

let brokerRuns = true
const kill = async () => {
  brokerRuns = false
  await kafka.kill()
}
const restart = async () => {
  await kafka.start()
  brokerRuns = true
}

beforeEach(async () => {
  handled = []
  await kafka.skipToEnd(SERVICE, TOPIC)
})
afterEach(async () => {
  if (!brokerRuns) await restart()
})

describe('a broker that is away', () => {
  it('when the service starts is waited for: the service is alive, and ready when it is back', async () => {
    await kill()
    const consumer = await start()
    expect(await consumer.health.readiness()).toMatchObject({ status: 'unavailable' })
    expect(await consumer.health.livenessReport()).toMatchObject({ status: 'ok' })
    const messages = users('early', 10)
    const publishing = publish(messages)
    await restart()
    await publishing
    await eventually(() => expect(handled.toSorted()).toEqual(namesOf(messages)), {
      within: 30_000,
    })
    expect(consumer.server.isMember).toBe(true)
  }, 60_000)

  it('after SIGKILL in the middle of the work is a pause: not ready, then all is handled', async () => {
    const work = async () => void (await new Promise((resolve) => setTimeout(resolve, 10)))
    const consumer = await start(work, 20)
    await becomes(consumer, true)
    const messages = users('during', 20_000)
    await publish(messages)
    await eventually(() => expect(handled.length).toBeGreaterThan(500))
    await kill()
    await becomes(consumer, false)
    expect(await consumer.health.livenessReport()).toMatchObject({ status: 'ok' })
    const later = users('later', 10)
    const publishing = publish(later)
    await restart()
    await publishing
    await becomes(consumer, true)
    await eventually(
      () => expect([...new Set(handled)].toSorted()).toEqual(namesOf([...messages, ...later])),
      { within: 60_000 },
    )
    await allCommitted()
    expect(await kafka.deadLetters(TOPIC)).toEqual([])
  }, 120_000)

  it('for an instant does not show: the service goes on by itself', async () => {
    const consumer = await start()
    await becomes(consumer, true)
    const messages = users('around', 300)
    const publishing = Promise.all(messages.map((message) => publish([message])))
    await kill()
    await restart()
    await publishing
    await eventually(() => expect([...new Set(handled)].toSorted()).toEqual(namesOf(messages)), {
      within: 30_000,
    })
    await allCommitted()
  }, 60_000)

  it('does not keep a service from closing', async () => {
    const consumer = await start()
    await becomes(consumer, true)
    await kill()
    const begun = performance.now()
    await consumer.close()
    expect(performance.now() - begun).toBeLessThan(10_000)
  }, 60_000)

  it('does not keep one from closing that never had a broker', async () => {
    await kill()
    const consumer = await start()
    const begun = performance.now()
    await consumer.close()
    expect(performance.now() - begun).toBeLessThan(10_000)
  }, 60_000)

  it('keeps a dead letter in hand, and the partition behind it, until it takes it', async () => {
    const attempts: string[] = []
    const { promise: gone, resolve: go } = Promise.withResolvers<void>()
    const consumer = await start(async (batch) => {
      if (!batch.some(({ name }) => name === 'poison')) return
      attempts.push('poison')
      await gone
      throw new Error('a bug')
    })
    await becomes(consumer, true)
    const [before] = await kafka.ends(`${TOPIC}.dlq`).then((ends) => [ends.reduce((a, b) => a + b)])
    await publish([userApprove('poison')])
    await eventually(() => expect(attempts).toHaveLength(1))
    await kill()
    go()
    await eventually(() => expect(attempts.length).toBeGreaterThanOrEqual(3))
    await restart()
    await eventually(
      async () => {
        const ends = await kafka.ends(`${TOPIC}.dlq`)
        expect(ends.reduce((a, b) => a + b)).toBeGreaterThan(before!)
      },
      { within: 30_000 },
    )
    await eventually(
      async () => expect(await kafka.committed(SERVICE, TOPIC)).toEqual(await kafka.ends(TOPIC)),
      { within: 30_000 },
    )
  }, 90_000)
})
