import { Logger } from '@nestjs/common'
import { describe, expect, it } from 'vitest'

import { type MessageOf } from '#contracts'
import { eventually } from '#testing'

import { BrokerUnavailable, Publisher } from '../src/index.js'
import { approvals, type Consumer, type Handle, startConsumer } from './consumer.js'
import { startKafka } from './kafka.js'
import { sent, userApprove } from './records.js'

Logger.overrideLogger(false)

const TOPIC = 'user-approve'
const SERVICE = 'user-approval-service'
const kafka = await startKafka()
const publisher = new Publisher(kafka.kafka)

const handled: string[] = []

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

/** Where something was published, all of it was committed. */
const allCommitted = () =>
  eventually(
    async () => {
      const [committed, ends] = [await kafka.committed(SERVICE, TOPIC), await kafka.ends(TOPIC)]
      expect(committed.map((offset) => Math.max(0, offset))).toEqual(ends)
    },
    { within: 30_000 },
  )

/** Those of the messages that were handled: some may have been twice, by the publisher's retries or by ours. */
const handledOf = (messages: MessageOf<typeof TOPIC>[]) => {
  const names = new Set(handled)
  return namesOf(messages.filter(({ name }) => names.has(name)))
}

const allHandled = (messages: MessageOf<typeof TOPIC>[], within = 30_000) =>
  eventually(() => expect(handledOf(messages)).toEqual(namesOf(messages)), { within })

const deadLetterCount = async () =>
  (await kafka.ends(`${TOPIC}.dlq`)).reduce((sum, end) => sum + end, 0)

/** Takes the broker away. After SIGKILL it takes long to come back: until its session with itself has expired. */
let runs = true
const takeAway = async (how: 'stop' | 'kill' = 'stop') => {
  if (runs) await kafka[how]()
  runs = false
}
const bringBack = async () => {
  if (!runs) await kafka.start()
  runs = true
}

describe('a broker that is away', { timeout: 120_000 }, () => {
  it('does not keep a service from closing that never had one', async () => {
    await takeAway()
    const consumer = await start()
    const begun = performance.now()
    await consumer.close()
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  it('when the service starts is waited for: the service is alive, and ready when it is back', async () => {
    await takeAway()
    const consumer = await start()
    expect(await consumer.health.readiness()).toMatchObject({ status: 'unavailable' })
    expect(await consumer.health.livenessReport()).toMatchObject({ status: 'ok' })
    const messages = users('early', 10)
    const publishing = publish(messages)
    await bringBack()
    await publishing
    await allHandled(messages)
    expect(consumer.server.isMember).toBe(true)
  })

  it('for an instant does not end the service: it goes on by itself', async () => {
    await bringBack()
    const consumer = await start()
    await becomes(consumer, true)
    const messages = users('around', 300)
    const publishing = Promise.all(messages.map((message) => publish([message])))
    await takeAway()
    await bringBack()
    await publishing
    await allHandled(messages)
    await allCommitted()
  })

  it('does not make the group wait for the member that was in it', async () => {
    await bringBack()
    const consumer = await start()
    await becomes(consumer, true)
    await takeAway()
    await becomes(consumer, false)
    await bringBack()
    await becomes(consumer, true)
    expect(await kafka.members(SERVICE)).toBe(1)
  })

  it('keeps a dead letter in hand, and the partition behind it, until it is back', async () => {
    await bringBack()
    let attempts = 0
    const { promise: gone, resolve: go } = Promise.withResolvers<void>()
    const consumer = await start(async (batch) => {
      if (batch.every(({ name }) => name !== 'poison')) return
      attempts += 1
      await gone
      throw new Error('a bug')
    })
    await becomes(consumer, true)
    const before = await deadLetterCount()
    await publish([userApprove('poison')])
    await eventually(() => expect(attempts).toBe(1))
    await takeAway()
    go()
    await eventually(() => expect(attempts).toBe(3))
    await bringBack()
    await eventually(async () => expect(await deadLetterCount()).toBeGreaterThan(before), {
      within: 30_000,
    })
    await allCommitted()
    expect(handled).not.toContain('poison')
  })

  it('after SIGKILL in the middle of the work is a pause: not ready, then all is handled', async () => {
    await bringBack()
    let released = Promise.resolve()
    const consumer = await start(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10))
      await released
    }, 20)
    await becomes(consumer, true)
    const before = await deadLetterCount()
    // More than are kept in hand, so that the partition is paused when the broker dies.
    const messages = users('during', 4_000)
    await kafka.send(
      TOPIC,
      0,
      messages.map((message) => sent(message)),
    )
    await eventually(() => expect(handledOf(messages).length).toBeGreaterThan(500))
    const { promise, resolve: release } = Promise.withResolvers<void>()
    released = promise
    await takeAway('kill')
    await becomes(consumer, false)
    release()
    expect(await consumer.health.livenessReport()).toMatchObject({ status: 'ok' })
    const later = users('later', 10)
    const publishing = publish(later)
    await bringBack()
    await publishing
    await becomes(consumer, true)
    await allHandled([...messages, ...later], 60_000)
    await allCommitted()
    expect(await deadLetterCount()).toBe(before)
  })

  it('does not keep a service from closing that has work in hand', async () => {
    await bringBack()
    let failures = 0
    const consumer = await start(async () => {
      failures += 1
      throw Object.assign(new Error('the database is away too'), { canRetry: true })
    })
    await becomes(consumer, true)
    await publish(users('in hand', 100))
    await eventually(() => expect(failures).toBeGreaterThan(0))
    await takeAway('kill')
    const begun = performance.now()
    await consumer.close()
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
