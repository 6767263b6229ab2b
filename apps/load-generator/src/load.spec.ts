import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, onTestFinished, test } from 'vitest'

import { Load } from './load.js'
import { type LoadOptions } from './load-options.js'
import { type LoadSecond } from './load-report.js'

type Answer = (response: ServerResponse, count: number) => unknown

/** A stand-in for operation-service, and what it has seen. */
interface Edge {
  url: string
  requests: number
  bodies: unknown[]
  /** Requests that were under way at once, at most. */
  most: number
}

const accept: Answer = (response, count) => {
  response.writeHead(202, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ id: `op-${count}`, state: 'pending' }))
}

const after =
  (milliseconds: number, answer: Answer): Answer =>
  async (response, count) => {
    await sleep(milliseconds)
    answer(response, count)
  }

async function startEdge(answer: Answer): Promise<Edge> {
  const edge: Edge = { url: '', requests: 0, bodies: [], most: 0 }
  let underWay = 0
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    edge.requests += 1
    underWay += 1
    edge.most = Math.max(edge.most, underWay)
    response.once('close', () => (underWay -= 1))
    const count = edge.requests
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    edge.bodies.push(JSON.parse(Buffer.concat(chunks).toString()))
    await answer(response, count)
  }
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  edge.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return edge
}

async function run(answer: Answer, options: Partial<LoadOptions>) {
  const edge = await startEdge(answer)
  const load = new Load({
    url: edge.url,
    rate: undefined,
    connections: 4,
    duration: 0.4,
    warmUp: 0,
    json: true,
    ids: undefined,
    ...options,
  })
  const seconds: LoadSecond[] = []
  const report = await load.run((second) => seconds.push(second))
  return { edge, report, seconds, ids: load.acceptedIds }
}

test('each user has a name and an address of its own', async () => {
  const { edge } = await run(accept, { rate: 50 })
  expect(edge.bodies[0]).toEqual({
    name: expect.stringMatching(/^user 1 of /),
    email: 'user1@example.org',
  })
  expect(new Set(edge.bodies.map((body) => JSON.stringify(body))).size).toBe(edge.requests)
})

test('the ids of what was accepted are kept', async () => {
  const { edge, report, ids } = await run(accept, { rate: 50 })
  expect(ids.toSorted()).toEqual(
    Array.from({ length: edge.requests }, (_, index) => `op-${index + 1}`).toSorted(),
  )
  expect(report.accepted).toBe(ids.length)
  expect(report.acceptedWithWarmUp).toBe(ids.length)
})

test('an open loop sends at its rate however slow the answers are', async () => {
  const { edge, report } = await run(after(300, accept), { rate: 100, connections: 100 })
  expect(report.sent).toBeGreaterThan(30)
  expect(report.sent).toBeLessThanOrEqual(40)
  expect(edge.requests).toBe(report.sent)
})

test('an open loop sends nothing that is due after its end', async () => {
  const { report } = await run(accept, { rate: 5, duration: 0.2 })
  expect(report.sent).toBe(1)
})

test('latency counts from when a request was due, not from when there was a connection', async () => {
  // 20 requests, one at a time, 40 ms each: the last one has waited for almost 20 times that.
  const slow = { rate: 100, duration: 0.2, connections: 1 }
  const { report } = await run(after(40, accept), slow)
  expect(report.accepted).toBe(report.sent)
  expect(report.latency.max).toBeGreaterThan(300)
  expect(report.latency.p50).toBeLessThan(report.latency.max)
})

test('what a slow server accepts after the end is not part of its rate', async () => {
  const slow = { rate: 100, duration: 0.4, connections: 1 }
  const { report } = await run(after(40, accept), slow)
  expect(report.acceptedPerSecond).toBeLessThan(50)
  expect(report.acceptedPerSecond).toBeGreaterThan(0)
})

test('a closed loop keeps as many requests under way as it has connections', async () => {
  const { edge, report } = await run(after(20, accept), { connections: 3 })
  expect(edge.most).toBe(3)
  expect(report.sent).toBeGreaterThan(6)
  // Three clients, an answer each 20 ms at best: twenty rounds, or some more by early timers.
  expect(report.sent).toBeLessThan(3 * 30)
})

test('503 is a refusal, and a closed loop comes back when it was told to', async () => {
  const refuse: Answer = (response) => response.writeHead(503, { 'retry-after': '60' }).end()
  const { edge, report, ids } = await run(refuse, { connections: 3 })
  expect(edge.requests).toBe(3)
  expect(report).toMatchObject({ refused: 3, accepted: 0, failed: 0, failures: {} })
  expect(ids).toEqual([])
})

test('a closed loop comes back after a refusal that says when', async () => {
  const refuseOnce: Answer = (response, count) =>
    count === 1 ? response.writeHead(503, { 'retry-after': '0.05' }).end() : accept(response, count)
  const { report } = await run(refuseOnce, { connections: 1 })
  expect(report.refused).toBe(1)
  expect(report.accepted).toBeGreaterThan(1)
})

test('a refusal has no latency: quick ones would flatter', async () => {
  const refuse: Answer = (response) => response.writeHead(503).end()
  const { report } = await run(refuse, { rate: 50 })
  expect(report.refused).toBe(report.sent)
  expect(report.latency.max).toBe(0)
})

test.each<[string, string, Answer]>([
  ['another status', '500', (response) => response.writeHead(500).end('{"id":"no"}')],
  ['a closed connection', 'UND_ERR_SOCKET', (response) => response.destroy()],
  ['an acceptance without an id', '202 without an id', (response) => response.writeHead(202).end()],
])('%s is a failure with its reason', async (_, reason, answer) => {
  const { report, ids } = await run(answer, { rate: 20 })
  expect(report.failed).toBe(report.sent)
  expect(report.failures).toEqual({ [reason]: report.sent })
  expect(ids).toEqual([])
})

test('nobody there is a failure, not the end', async () => {
  const { report } = await run(accept, { rate: 20, url: 'http://127.0.0.1:1' })
  expect(report.sent).toBeGreaterThan(1)
  expect(report.failures).toEqual({ ECONNREFUSED: report.sent })
})

test('the warm-up is not measured, but its ids are kept', async () => {
  // What comes first is slow; measured it would be the maximum.
  const warming: Answer = (response, count) =>
    count <= 10 ? after(400, accept)(response, count) : accept(response, count)
  const options = { rate: 50, warmUp: 0.5, duration: 0.5, connections: 20 }
  const { edge, report, ids } = await run(warming, options)
  expect(report.sent).toBeGreaterThan(15)
  expect(report.sent).toBeLessThanOrEqual(25)
  expect(report.accepted).toBe(report.sent)
  expect(report.latency.max).toBeLessThan(400)
  expect(report.seconds).toBeLessThan(1)
  expect(ids).toHaveLength(edge.requests)
  expect(report.acceptedWithWarmUp).toBe(ids.length)
  expect(ids.length).toBeGreaterThan(report.accepted)
})

test('a failure of the warm-up is told in its second only', async () => {
  const failFirst: Answer = (response, count) =>
    count === 1 ? response.writeHead(500).end() : accept(response, count)
  const { report, seconds } = await run(failFirst, { rate: 20, warmUp: 0.3, duration: 0.2 })
  expect(report).toMatchObject({ failed: 0, failures: {} })
  expect(seconds[0]?.failed).toBe(1)
})

test('each second is told, the warm-up as such', async () => {
  const { report, seconds } = await run(accept, { rate: 50, warmUp: 1, duration: 0.6 })
  expect(seconds[0]?.isWarmUp).toBe(true)
  expect(seconds.at(-1)?.isWarmUp).toBe(false)
  const all = seconds.reduce((sum, { accepted }) => sum + accepted, 0)
  expect(all).toBe(report.acceptedWithWarmUp)
})

test('a load that is stopped sends no more and reports what it has', async () => {
  const edge = await startEdge(accept)
  const options = { url: edge.url, rate: 50, connections: 4, duration: 60, warmUp: 0 }
  const load = new Load({ ...options, json: true, ids: undefined })
  const running = load.run(() => undefined)
  await expect.poll(() => load.acceptedIds.length).toBeGreaterThan(3)
  load.stop()
  const report = await running
  expect(report.accepted).toBe(edge.requests)
  expect(report.seconds).toBeLessThan(30)
})
