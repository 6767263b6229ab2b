import { setTimeout as sleep } from 'node:timers/promises'

import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { type Service } from '../../tools/services/service.ts'
import { type Operation, System, until } from '../system/system.js'

const CLIENTS = 1_000
/** Milliseconds for which the database's queries are counted. */
const WINDOW = 2_000
/** Milliseconds between two looks of a replica, at least. */
const TICK = 20
const SAMPLES = 100
/** Milliseconds for a test on a busy machine. */
const TIMEOUT = 120_000

describe('Clients who wait, on two replicas of operation-service', { timeout: TIMEOUT }, () => {
  let system: System
  let client: mongo.MongoClient
  let replicas: Service[]

  beforeAll(async () => {
    system = await System.start({
      replicas: { 'operation-service': 2, 'user-approval-service': 0 },
      env: { APPROVAL_WORK_MS: '0', APPROVAL_CONCURRENCY: '100' },
    })
    replicas = system.services['operation-service']
    client = await new mongo.MongoClient(system.database.uri).connect()
  }, TIMEOUT)
  afterAll(async () => {
    await client?.close()
    await system?.stop()
  })

  /** Creates a user and waits until that has ended. @returns the operation, and when the answer came */
  async function create(name: string, { url }: Service) {
    const headers = { 'content-type': 'application/json', prefer: 'wait=30' }
    const body = JSON.stringify({ name })
    let response = await fetch(`${url}/users`, { method: 'POST', headers, body })
    // A busy machine may need more than one attempt, or more than one wait.
    while (response.status !== 200) {
      await response.arrayBuffer()
      const location = response.headers.get('location')
      response =
        location === null
          ? await fetch(`${url}/users`, { method: 'POST', headers, body })
          : await fetch(url + location, { headers: { prefer: 'wait=30' } })
    }
    const operation = (await response.json()) as Operation
    return { operation, at: Date.now() }
  }

  const createMany = (count: number) =>
    Array.from({ length: count }, (_, index) => create(`waiting ${index}`, replicas[index % 2]!))

  /** Queries of everybody that the database has answered since it started. */
  async function queries(): Promise<number> {
    const { opcounters } = await client.db('admin').command({ serverStatus: 1 })
    return Number(opcounters.query) + Number(opcounters.getmore)
  }

  /** Queries in a window, and in as much of it as one tick is. */
  async function queriesInAWindow(): Promise<{ all: number; eachTick: number }> {
    const [before, began] = [await queries(), performance.now()]
    await sleep(WINDOW)
    const all = (await queries()) - before
    return { all, eachTick: (all * TICK) / (performance.now() - began) }
  }

  const accepted = () => system.records('operation_service', 'operations').countDocuments()

  it('cost the database what one costs', async () => {
    const idle = await queriesInAWindow()
    const first = createMany(2)
    await until(async () => (await accepted()) === 2)
    const few = await queriesInAWindow()
    const others = createMany(CLIENTS)
    await until(async () => (await accepted()) >= 2 + CLIENTS, TIMEOUT)
    const many = await queriesInAWindow()

    const before = await queries()
    await system.startReplica('user-approval-service')
    const answers = await Promise.all([...first, ...others])

    expect(new Set(answers.map(({ operation }) => operation.state))).toEqual(new Set(['completed']))
    console.log(
      `Queries in ${WINDOW / 1_000} s: ${idle.all} when nobody waits, ${few.all} when a client waits on each replica, ` +
        `${many.all} when ${CLIENTS} do: ${many.eachTick.toFixed(1)} a tick. ` +
        `${(await queries()) - before} until all had their answers.`,
    )
    // A look for each replica. The rest is what others ask: the mark, the open operations.
    expect(many.eachTick).toBeLessThan(2 + (idle.all * TICK) / WINDOW + 1)
  })

  it('have their answer soon after the end, whichever replica stored it', async () => {
    const delays = { stored: [] as number[], other: [] as number[] }
    for (let sample = 0; sample < SAMPLES; sample += 1) {
      const asked = replicas[sample % 2]!
      const before = await finished(asked)
      const { operation, at } = await create(`sample ${sample}`, asked)
      const isStorer = (await finished(asked)) > before
      delays[isStorer ? 'stored' : 'other'].push(at - Date.parse(operation.finishedAt!))
    }
    for (const [replica, times] of Object.entries(delays)) {
      const sorted = times.toSorted((a, b) => a - b)
      const [p50, p99] = [0.5, 0.99].map((part) => sorted[Math.floor(part * sorted.length)]!)
      console.log(
        `From finishedAt to the answer of the ${replica} replica: p50 ${p50} ms, p99 ${p99} ms, ${sorted.length} operations.`,
      )
      expect(sorted.length).toBeGreaterThan(SAMPLES / 10)
      // Far beyond what is promised: a busy machine is no fault.
      expect(p50).toBeLessThan(1_000)
    }
  })

  /** How many operations this replica has stored the end of. */
  async function finished({ url }: Service): Promise<number> {
    const text = await (await fetch(`${url}/metrics`)).text()
    const counts = text.matchAll(/^tideway_operations_finished_total\{[^}]*\} (\d+)$/gm)
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
  }
})
