import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

import { type Producer } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { acceptedAt, type MessageOf, type UserEvent, type UserState } from '#contracts'

import { murmur2 } from '../../libs/kafka/src/partitioner.js'
import { root } from '../../tools/workspace/paths.mjs'
import { deadLetters, ended } from './outage.js'
import { type Operation, System, until } from './system.js'

const DEADLINE = 2_500
const PARTITIONS = 12

const partitionOf = (key: string) => (murmur2(Buffer.from(key)) & 0x7fffffff) % PARTITIONS

describe("The saga's deadline", () => {
  let system: System
  let producer: Producer

  beforeAll(async () => {
    system = await System.start({
      env: {
        SAGA_DEADLINE_MS: String(DEADLINE),
        APPROVAL_CONCURRENCY: '100',
        APPROVAL_WORK_MS: '10',
        TOPIC_PARTITIONS: String(PARTITIONS),
      },
      replicas: { 'user-service': 2 },
    })
    producer = system.kafka.producer()
    await producer.connect()
  })
  afterAll(async () => {
    await producer?.disconnect()
    await system?.stop()
  })

  const createUsers = (name: string, count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => system.createUser(`${name} ${index}`)))

  /** How often the saga has met an event in a state, over all replicas. */
  async function steps(state: UserState, event: UserEvent, result: string): Promise<number> {
    const labels = [`state="${state}"`, `event="${event}"`, `result="${result}"`]
    const pages = system.services['user-service'].map(async ({ url }) => {
      const page = await (await fetch(`${url}/metrics`)).text()
      const line = page
        .split('\n')
        .find(
          (one) =>
            one.startsWith('tideway_saga_steps_total{') &&
            labels.every((label) => one.includes(label)),
        )
      return Number(line?.split(' ').at(-1) ?? 0)
    })
    return (await Promise.all(pages)).reduce((sum, count) => sum + count, 0)
  }

  /** How these operations and their users stand, in both databases. */
  async function standing(ids: readonly string[]): Promise<unknown[]> {
    const records = [
      system.records('operation_service', 'outcomes'),
      system.records('user_service', 'users'),
      system.records('user_service', 'decisions'),
    ].map((all) => all.find({ _id: { $in: [...ids] } }, { sort: { _id: 1 } }).toArray())
    return Promise.all(records)
  }

  async function approvals(ids: readonly string[]): Promise<Map<string, unknown>> {
    const found = await system
      .records('user_service', 'decisions')
      .find({ _id: { $in: [...ids] } })
      .toArray()
    return new Map(found.map(({ _id, approval }) => [_id, approval]))
  }

  it('fails an operation whose user nobody decides, and a decision that comes later only counts', async () => {
    await system.end('user-approval-service', 'stop')
    const ids = (await createUsers('nobody decides', 20)).map(({ id }) => id)
    await system.allEnded(ids)
    for (const id of ids) {
      expect(await system.operation(id)).toMatchObject({
        state: 'failed',
        error: { code: 'approval-deadline' },
      })
    }
    expect([...(await approvals(ids)).values()]).toEqual(ids.map(() => 'expired'))
    const before = await standing(ids)
    expect(await steps('expired', 'approved', 'late')).toBe(0)

    await system.startReplica('user-approval-service')

    await until(async () => (await steps('expired', 'approved', 'late')) >= ids.length)
    expect(await steps('expired', 'approved', 'late')).toBe(ids.length)
    const { id } = await system.createUser('afterwards')
    expect((await system.ended(id)).state).toBe('completed')
    expect(await standing(ids)).toEqual(before)
    expect(await system.imbalances([...ids, id])).toEqual([])
  })

  it('lets one of decision and expiry stand when both come in the same instant, to two replicas', async () => {
    await system.end('user-approval-service', 'stop')
    const lateBefore = await steps('expired', 'approved', 'late')
    // The first come in time, the last too late; what is between is a race.
    const offsets = [-1_200, ...Array.from({ length: 20 }, (_, index) => 5 * index), 3_000]
    const groups: Operation[][] = []
    const races: Promise<void>[] = []
    for (const offset of offsets) {
      const group = await createUsers(`race ${offset}`, 10)
      const last = Math.max(...group.map(({ id }) => acceptedAt(id)))
      groups.push(group)
      races.push(sleep(last + DEADLINE + offset - Date.now()).then(() => decideAndAskAgain(group)))
    }
    await Promise.all(races)
    const ids = groups.flat().map(({ id }) => id)

    await system.allEnded(ids)

    const decided = await approvals(ids)
    const expired = ids.filter((id) => decided.get(id) === 'expired')
    const stoodFor = (group: Operation[]) => new Set(group.map(({ id }) => decided.get(id)))
    expect(stoodFor(groups[0]!)).toEqual(new Set(['approved']))
    expect(stoodFor(groups.at(-1)!)).toEqual(new Set(['expired']))
    console.log(`Of ${ids.length} races ${expired.length} were won by the expiry.`)
    // Each approval that came second is counted, and only these.
    const late = async () => (await steps('expired', 'approved', 'late')) - lateBefore
    await until(async () => (await late()) >= expired.length)
    expect(await late()).toBe(expired.length)
    expect(await system.imbalances(ids)).toEqual([])
    await expectOneAnswerEach(ids)
    for (const { url } of system.services['user-service']) {
      const answers = ids.map(async (id) => {
        const user = (await (await fetch(`${url}/users/${id}`)).json()) as { approval: string }
        return [id, user.approval] as const
      })
      expect(new Map(await Promise.all(answers))).toEqual(decided)
    }
    await system.startReplica('user-approval-service')
  })

  it('ends an operation whose request was lost to the dead letters, and a redrive of it changes nothing', async () => {
    await system.refuseUnless('user_service', 'users', { name: { $ne: 'lost' } })
    const { id } = await system.createUser('lost')
    await until(async () => (await deadLetters(system)) > 0)
    await system.refuseUnless('user_service', 'users', {})

    expect(await system.ended(id)).toMatchObject({
      state: 'failed',
      error: { code: 'approval-deadline' },
    })
    expect((await approvals([id])).get(id)).toBe('expired')
    const before = await standing([id])
    const again = await steps('expired', 'overdue', 'duplicate')
    await promisify(execFile)(process.execPath, ['tools/run.mjs', 'dlq', 'redrive'], {
      cwd: root,
      env: { ...process.env, KAFKA_BROKERS: system.broker.address },
    })

    await until(async () => (await steps('expired', 'overdue', 'duplicate')) > again)
    const { id: other } = await system.createUser('afterwards')
    await system.ended(other)
    expect(await standing([id])).toEqual(before)
    expect(await system.imbalances([id, other])).toEqual([])
    expect(await ended(system)).toEqual([])
  })

  /**
   * Publishes at once what settles these users and what expires those that are overdue. Requests are handled where they
   * were; of the two replicas, which have every other partition, decisions come to the other one.
   */
  async function decideAndAskAgain(operations: Operation[]): Promise<void> {
    const record = (key: string, value: object, partition: number) => ({
      key,
      value: JSON.stringify(value),
      partition,
    })
    const requests = operations.map(({ id, data, createdAt }) => {
      const request: MessageOf<'user-create'> = { operationId: id, name: data.name, createdAt }
      return record(id, request, partitionOf(id))
    })
    const decisions = operations.map(({ id }) => {
      const decision: MessageOf<'user-approve-response'> = {
        operationId: id,
        userId: id,
        decision: 'approved',
        decidedAt: new Date().toISOString(),
      }
      return record(id, decision, (partitionOf(id) + 1) % PARTITIONS)
    })
    await producer.sendBatch({
      topicMessages: [
        { topic: 'user-create', messages: requests },
        { topic: 'user-approve-response', messages: decisions },
      ],
    })
  }

  /** However often an outcome was told, it was always the same. */
  async function expectOneAnswerEach(ids: readonly string[]): Promise<void> {
    const told = new Map<string, Set<string>>(ids.map((id) => [id, new Set()]))
    for (const { value } of await system.messages('user-create-response')) {
      const { operationId, outcome } = JSON.parse(
        value!.toString(),
      ) as MessageOf<'user-create-response'>
      told.get(operationId)?.add(outcome)
    }
    for (const outcomes of told.values()) expect(outcomes.size).toBe(1)
  }
})
