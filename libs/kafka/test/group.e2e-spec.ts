import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { Logger } from '@nestjs/common'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'

import { eventually } from '#testing'

import { approvals, type Consumer, type Handle, startConsumer } from './consumer.js'
import { startKafka } from './kafka.js'
import { sent, userApprove } from './records.js'

Logger.overrideLogger(false)

const TOPIC = 'user-approve'
const SERVICE = 'user-approval-service'
const PARTITIONS = 12
/** As in member.mjs; milliseconds. */
const SESSION = 11_000
const MEMBER = fileURLToPath(new URL('./member.mjs', import.meta.url))
const kafka = await startKafka()

/** A replica that notes what it handles. */
async function startReplica(handle: Handle<typeof TOPIC> = async () => undefined, port = 0) {
  const handled: { name: string; partition: number }[] = []
  const consumer = await startConsumer({
    broker: kafka.address,
    port,
    controllers: [
      approvals(async (users, context) => {
        await handle(users, context)
        for (const user of users) {
          handled.push({ name: user.name, partition: kafka.partitionOf(user)! })
        }
      }),
    ],
  })
  return { ...consumer, handled }
}

const joined = ({ server }: Consumer) => eventually(() => expect(server.isMember).toBe(true))

const partitionsOf = (handled: { partition: number }[]) =>
  new Set(handled.map(({ partition }) => partition))

/** A member in a process of its own. @returns it, and the partitions that it got */
async function spawnMember(clientId: string) {
  const member = spawn(process.execPath, [MEMBER, kafka.address, SERVICE, TOPIC, clientId], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void member.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: member.stdout }), 'line')) as [string]
  return { member, partitions: JSON.parse(line) as number[] }
}

/** One message to each partition. */
async function sendToAll(name: string): Promise<void> {
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await kafka.send(TOPIC, partition, [sent(userApprove(name))])
  }
}

/** Sends to all partitions until two replicas share them evenly, which is when both have joined. */
async function shared(one: Awaited<ReturnType<typeof startReplica>>, other: typeof one) {
  await eventually(async () => {
    const name = crypto.randomUUID()
    await sendToAll(name)
    const of = ({ handled }: typeof one) =>
      partitionsOf(handled.filter((each) => each.name === name))
    await eventually(() => expect(of(one).size + of(other).size).toBeGreaterThanOrEqual(PARTITIONS))
    expect([of(one).size, of(other).size]).toEqual([6, 6])
    expect(of(one).isDisjointFrom(of(other))).toBe(true)
  })
}

beforeEach(() => kafka.skipToEnd(SERVICE, TOPIC))

describe('readiness', () => {
  it('comes when the group is joined, and goes when the service closes', async () => {
    const replica = await startReplica()
    expect(await replica.health.readiness()).toMatchObject({
      status: 'unavailable',
      dependencies: { kafka: { status: 'down' } },
    })
    await joined(replica)
    expect(await replica.health.readiness()).toMatchObject({
      status: 'ok',
      dependencies: { kafka: { status: 'up' } },
    })
    await replica.close()
    expect(replica.server.isMember).toBe(false)
  })

  it('stays while others join and leave', async () => {
    const first = await startReplica()
    await joined(first)
    const seen = new Set<boolean>()
    const watching = setInterval(() => seen.add(first.server.isMember), 1)
    onTestFinished(() => clearInterval(watching))
    const second = await startReplica()
    await joined(second)
    await shared(first, second)
    await second.close()
    await sendToAll('alone again')
    await eventually(() =>
      expect(first.handled.filter(({ name }) => name === 'alone again')).toHaveLength(PARTITIONS),
    )
    expect(seen).toEqual(new Set([true]))
  })
})

describe('replicas that come and go', () => {
  it('handle every message, and lose none between them', async () => {
    const first = await startReplica()
    await joined(first)
    const names: string[] = []
    const enough = new AbortController()
    onTestFinished(() => enough.abort())
    const load = (async () => {
      for (let partition = 0; !enough.signal.aborted; partition = (partition + 1) % PARTITIONS) {
        const messages = Array.from({ length: 20 }, (_, index) => `${names.length + index}`)
        names.push(...messages)
        const records = messages.map((name) => sent(userApprove(name)))
        await kafka.send(TOPIC, partition, records)
      }
    })()
    const second = await startReplica()
    await joined(second)
    await eventually(() => expect(second.handled.length).toBeGreaterThan(100))
    const third = await startReplica()
    await joined(third)
    await eventually(() => expect(third.handled.length).toBeGreaterThan(100))
    await first.close()
    await second.close()
    enough.abort()
    await load
    await eventually(() => {
      const handled = new Set(
        [first, second, third].flatMap((one) => one.handled.map(({ name }) => name)),
      )
      expect(names.filter((name) => !handled.has(name))).toEqual([])
    })
    await eventually(async () =>
      expect(await kafka.committed(SERVICE, TOPIC)).toEqual(await kafka.ends(TOPIC)),
    )
  })

  it('neither take a batch that is in hand again, nor what waits behind it, when another one joins', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const first = await startReplica(async (users) => {
      if (users.some(({ name }) => name.startsWith('held'))) await released
    })
    await joined(first)
    const held = (partition: number) =>
      Array.from({ length: 1_500 }, (_, index) => `held ${partition} ${index}`)
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await kafka.send(
        TOPIC,
        partition,
        held(partition).map((name) => sent(userApprove(name))),
      )
    }
    const second = await startReplica()
    await joined(second)
    await eventually(() => expect(second.handled.length).toBe(6 * 1_500))
    release()
    const kept = [...Array(PARTITIONS).keys()].filter(
      (partition) => !partitionsOf(second.handled).has(partition),
    )
    await eventually(() => {
      for (const partition of kept) {
        const names = first.handled
          .filter((one) => one.partition === partition)
          .map(({ name }) => name)
        expect(names).toEqual(held(partition))
      }
    })
    await eventually(async () =>
      expect(await kafka.committed(SERVICE, TOPIC)).toEqual(await kafka.ends(TOPIC)),
    )
  })
})

describe('a member that is killed', () => {
  it('loses its partitions to the others; one that is busy for longer than a session stays', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    const survivor = await startReplica(async (users) => {
      if (users.some(({ name }) => name.startsWith('busy'))) await released
    })
    await joined(survivor)
    const { member: victim, partitions: lost } = await spawnMember('victim')
    expect(lost).toHaveLength(6)
    const kept = [...Array(PARTITIONS).keys()].find((partition) => !lost.includes(partition))!
    const busy = Array.from({ length: 2_000 }, (_, index) => `busy ${index}`)
    await kafka.send(
      TOPIC,
      kept,
      busy.map((name) => sent(userApprove(name))),
    )
    victim.kill('SIGKILL')
    for (const partition of lost) await kafka.send(TOPIC, partition, [sent(userApprove('orphan'))])
    await eventually(() => expect(survivor.handled).toHaveLength(6), { within: 25_000 })
    expect(survivor.server.isMember).toBe(true)
    release()
    await eventually(() => expect(survivor.handled).toHaveLength(6 + busy.length))
    expect(survivor.handled.slice(6).map(({ name }) => name)).toEqual(busy)
  })

  it('that is started again is not waited for', async () => {
    const port = 3_002
    const survivor = await startReplica()
    await joined(survivor)
    const { member } = await spawnMember(`${SERVICE}@${hostname()}:${port}`)
    member.kill('SIGKILL')
    await once(member, 'exit')

    const killedAt = performance.now()
    const replica = await startReplica(undefined, port)
    await joined(replica)

    expect(performance.now() - killedAt).toBeLessThan(SESSION / 2)
    await shared(survivor, replica)
    expect(await kafka.members(SERVICE)).toBe(2)
  })
})
