import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

import { System } from '../system/system.js'
import { inWorkspace } from './documents.js'

interface Ending {
  code: number
  /** What it shows, on both streams. */
  output: string
}

/** The clients in examples, as somebody runs them. */
const clients: { name: string; createUser: (name: string, api: string) => Promise<Ending> }[] = [
  {
    name: 'examples/client',
    createUser: (name, api) =>
      run(process.execPath, [inWorkspace('examples/client/create-user.ts'), name, api]),
  },
  {
    name: 'examples/curl.sh',
    createUser: (name, api) =>
      run('bash', [inWorkspace('examples/curl.sh'), JSON.stringify({ name }), api]),
  },
]

function run(command: string, args: string[]): Promise<Ending> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })
}

const operation = { id: '019a9f00-0000-7000-8000-000000000001', data: { name: 'alice' } }
const pending = JSON.stringify({ ...operation, state: 'pending' })
const completed = JSON.stringify({ ...operation, state: 'completed' })

/** What a server says to one request; undefined breaks the connection. */
type Reply = { status: number; headers?: Record<string, string>; body: string } | undefined

const problem = (status: number, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: 'about:blank', title: 'Problem', status, detail: 'So it is.' }),
})

/** A server that says these things, one after the other. @returns where it is, and what it was asked */
async function serverThatSays(...replies: Reply[]) {
  const asked: IncomingMessage[] = []
  const server = createServer((request, response) => {
    asked.push(request)
    const reply = replies.shift()
    request.resume().on('end', () => {
      if (reply === undefined) request.socket.destroy()
      else {
        response.writeHead(reply.status, { 'Content-Type': 'application/json', ...reply.headers })
        response.end(reply.body)
      }
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, replies }
}

let system: System
let api: string

beforeAll(async () => {
  system = await System.start({ env: { APPROVAL_CONCURRENCY: '100' } })
  api = system.services['operation-service'][0]!.url
}, 120_000)
afterAll(() => system?.stop())

describe.each(clients)('$name', ({ createUser }) => {
  it('creates a user', async () => {
    const { code, output } = await createUser('alice', api)

    expect(code, output).toBe(0)
    const { id, state, data } = JSON.parse(output) as Record<string, string>
    expect({ state, data }).toEqual({ state: 'completed', data: { name: 'alice' } })
    expect(await system.operation(id!)).toMatchObject({ state: 'completed' })
  })

  it('tells that a user was rejected', async () => {
    const { code, output } = await createUser('reject me', api)

    expect(code, output).toBe(1)
    expect(output).toContain('approval-rejected')
  })

  it('says what is wrong with a user, and does not ask again', async () => {
    const { code, output } = await createUser(' ', api)

    expect(code, output).toBe(2)
    expect(output).toContain('/name')
    expect(output).toContain('must have 1 to 100 characters')
  })

  it('repeats with the same key what has no answer, or one that passes', async () => {
    const { url, asked, replies } = await serverThatSays(
      undefined,
      problem(503, { 'Retry-After': '1' }),
      problem(429),
      { status: 202, body: pending },
      undefined,
      { status: 200, body: pending },
      { status: 200, body: completed },
    )

    const { code, output } = await createUser('alice', url)

    expect(code, output).toBe(0)
    expect(replies).toEqual([])
    const [posts, gets] = ['POST', 'GET'].map((method) =>
      asked.filter((request) => request.method === method),
    ) as [IncomingMessage[], IncomingMessage[]]
    expect(posts.map((post) => post.url)).toEqual(Array(4).fill('/users'))
    const keys = new Set(posts.map(({ headers }) => headers['idempotency-key']))
    expect(keys.size).toBe(1)
    expect([...keys][0]).toMatch(/^".{32,}"$/)
    expect(gets.map((get) => get.url)).toEqual(Array(3).fill(`/operations/${operation.id}`))
  })

  it('does not repeat a key that came with another user', async () => {
    const { url, asked } = await serverThatSays(problem(422))

    const { code, output } = await createUser('alice', url)

    expect(code, output).toBe(2)
    expect(output).toContain('So it is.')
    expect(asked).toHaveLength(1)
  })
})
