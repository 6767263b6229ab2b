import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

import { afterAll } from 'vitest'

const BOUNDS = [0.1, 0.25, 0.5, 1, Infinity]

/** What stands in for operation-service: it accepts users, and finishes them when it is told to. */
export interface StandIn {
  readonly url: string
  /** The keys and bodies of `POST /users`. */
  readonly users: { key: string | undefined; body: string }[]
  /** Has an operation end after so many seconds. */
  finish(seconds: number): void
  /** Whether it answers `GET /operations/summary` at all. */
  isMute: boolean
  /** The API key without which it refuses everybody, if there is one. */
  apiKey: string | undefined
}

/** To be called at the top of a file. */
export async function startStandIn(): Promise<StandIn> {
  const users: StandIn['users'] = []
  const durations: number[] = []
  const metrics = () =>
    BOUNDS.map((bound) => {
      const count = durations.filter((each) => each <= bound).length
      const le = bound === Infinity ? '+Inf' : bound
      return `tideway_operation_duration_seconds_bucket{le="${le}"} ${count}\n`
    }).join('')
  const json = { 'content-type': 'application/json' }
  const problem = { 'content-type': 'application/problem+json' }
  const create = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    if (!body.includes('"name"')) {
      response.writeHead(400, problem).end('{"status":400,"detail":"no name"}')
      return
    }
    users.push({ key: String(request.headers['idempotency-key']), body })
    response
      .writeHead(202, { ...json, location: '/operations/1', 'retry-after': '1' })
      .end('{"id":"1","state":"pending"}')
  }
  const server = createServer((request, response) => {
    const isStranger =
      standIn.apiKey !== undefined && request.headers['x-api-key'] !== standIn.apiKey
    if (request.url === '/metrics') response.end(metrics())
    else if (isStranger) {
      response.writeHead(401, problem).end('{"status":401,"detail":"no key"}')
    } else if (request.url === '/operations/summary') {
      if (standIn.isMute) return
      const [accepted, completed] = [users.length, durations.length]
      const books = {
        accepted,
        completed,
        failed: 0,
        pending: accepted - completed,
        unpublished: 0,
      }
      response.writeHead(200, json).end(JSON.stringify(books))
    } else if (request.method === 'POST' && request.url === '/users') void create(request, response)
    else response.writeHead(404).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const standIn: StandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    users,
    finish: (seconds) => void durations.push(seconds),
    isMute: false,
    apiKey: undefined,
  }
  return standIn
}
