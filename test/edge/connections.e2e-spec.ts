import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, describe, expect, it } from 'vitest'

import {
  BODY_LIMIT_BYTES,
  HEADER_LIMIT_BYTES,
  HTTP_TIMEOUTS,
  PIPELINE_LIMIT,
} from '#service-defaults'
import { startTestBroker, startTestDatabase } from '#testing'

import { openStore } from '../../apps/operation-service/test/operation-service.js'
import { startService } from '../../tools/services/service.ts'
import { Bystanders, checkOnlyProblem, Clients, postUser } from './clients.js'
import { checkProblem } from './conformance.js'

const MANY = 2_000
const MEGABYTE = 1024 * 1024
/** What a client may still be sending when the answer comes. */
const HUGE = 20 * MEGABYTE
/** How much later than stated a busy machine may notice that something took too long, in milliseconds. */
const LATENESS = 3_000
/** What an answer may take while others behave badly, in milliseconds. */
const PATIENCE = 2_000
/** What the bad behaviour of clients may cost, in megabytes. */
const MEMORY = 200

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const directory = mkdtempSync(join(process.env['TIDEWAY_TEST_DIRECTORY'] ?? tmpdir(), 'edge-'))
const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
const service = await startService('operation-service', { env, directory })
const { operations } = await openStore(database.uri)
const clients = new Clients(service.port)

afterEach(() => clients.leave())
afterAll(async () => {
  await service.kill()
  rmSync(directory, { recursive: true, force: true })
})

/** The memory of the process, in megabytes. */
async function memory(): Promise<number> {
  const metrics = await (await fetch(`${service.url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)![1]) / MEGABYTE
}

const stored = (name: string) => operations.countDocuments({ name })

const GET = 'GET /operations?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n'
const LAST_GET = 'GET /operations?limit=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
const POST = 'POST /users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

describe('what is no request', () => {
  it.each<[what: string, bytes: string | Buffer]>([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['random bytes', Buffer.from('00ff10deadbeef0d0a0d0a', 'hex')],
    ['the beginning of TLS', Buffer.from('160301020001000001fc0303', 'hex')],
    ['the beginning of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that does not exist', 'GET / HTTP/3.0\r\n\r\n'],
    ['a method that does not exist', 'FOO /users HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a method in lower case', 'get /users HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a NUL in the path', 'GET /operations/\0 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a path in Latin-1', 'GET /operations/\xE9 HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\na: \0\r\n\r\n'],
    ['a space in a header name', 'GET / HTTP/1.1\r\nHost: x\r\na b: c\r\n\r\n'],
    ['lines without a carriage return', 'GET / HTTP/1.1\nHost: x\n\n'],
    ['no host', 'GET /operations HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['a negative length', `${POST}Content-Length: -1\r\n\r\n{}`],
    ['a length beyond numbers', `${POST}Content-Length: ${'9'.repeat(30)}\r\n\r\n{}`],
    ['two lengths', `${POST}Content-Length: 3\r\nContent-Length: 2\r\n\r\n{}`],
    ['a length and chunks', `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`],
    ['an unknown framing', `${POST}Transfer-Encoding: gzip\r\n\r\n{}`],
    ['a broken chunk', `${POST}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    [
      'a chunk with a long extension',
      `${POST}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n`,
    ],
  ])('is answered with 400: %s', async (_what, bytes) => {
    checkOnlyProblem(await clients.say(bytes), 400)
  })

  it.each([
    [
      'one large header',
      `GET / HTTP/1.1\r\nHost: x\r\na: ${'x'.repeat(HEADER_LIMIT_BYTES)}\r\n\r\n`,
    ],
    ['many small headers', `GET / HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(5_000)}\r\n`],
    [
      'a long address',
      `GET /operations/${'a'.repeat(HEADER_LIMIT_BYTES)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    ],
  ])('is answered with 431: %s', async (_what, bytes) => {
    checkOnlyProblem(await clients.say(bytes), 431)
  })

  it.each([
    ['lines', 400, 'GARBAGE\r\n\r\n'.repeat(500_000)],
    ['one header', 431, `GET / HTTP/1.1\r\na: ${'x'.repeat(HUGE)}`],
  ])('costs nothing, however much of it comes in %s', async (_what, status, bytes) => {
    const before = await memory()
    const answers = await clients.say(bytes)
    // Who still sends when the connection is closed may lose the answer.
    for (const answer of answers) checkOnlyProblem([answer], status)
    expect(answers.length).toBeLessThanOrEqual(1)
    expect((await memory()) - before).toBeLessThan(MEMORY)
  })
})

describe('what no service does', () => {
  it('is answered with a problem: a tunnel to somewhere else', async () => {
    checkOnlyProblem(await clients.say('CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n'), 404)
  })

  it('is answered with a problem: to expect more than to continue', async () => {
    const [answer] = await clients.say(
      `${POST}Connection: close\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}`,
    )
    expect(answer!.status).toBe(417)
    checkProblem(answer!)
  })
})

describe('a body that is far too large', () => {
  it.each([
    ['with its length', `Content-Length: ${HUGE}\r\n\r\n`, ''],
    ['in one chunk', `Transfer-Encoding: chunked\r\n\r\n${HUGE.toString(16)}\r\n`, '\r\n0\r\n\r\n'],
  ])('is sent to its end without losing the answer: %s', async (_how, framing, end) => {
    const connection = await clients.open()
    connection.write(POST + framing)
    for (let sent = 0; sent < HUGE; sent += MEGABYTE) {
      connection.write(Buffer.alloc(MEGABYTE, 'x'))
      // So that it is not all written before the server answers.
      await new Promise((resolve) => void setImmediate(resolve))
    }
    connection.write(end + LAST_GET)
    const answers = await connection.answers()
    expect(answers.map(({ status }) => status)).toEqual([413, 200])
    expect(checkProblem(answers[0]!).detail).toContain(String(BODY_LIMIT_BYTES))
  })
})

describe('requests that do not wait for their answers', () => {
  const answeredTo = async (count: number) => {
    const answers = await clients.say(GET.repeat(count - 1) + LAST_GET)
    return answers.map(({ status }) => status)
  }

  it('are all answered, as many as may wait on a connection', async () => {
    expect(await answeredTo(PIPELINE_LIMIT)).toEqual(Array(PIPELINE_LIMIT).fill(200))
  })

  it('are answered with 429 from one more on, and that is the end of the connection', async () => {
    const expected = [...Array<number>(PIPELINE_LIMIT).fill(200), 429]
    expect(await answeredTo(PIPELINE_LIMIT + 9)).toEqual(expected)
  })

  it.each([
    ['an operation', GET],
    ['a large file', GET.replace('/operations?limit=1', '/docs/swagger-ui-bundle.js')],
    ['a new user', `${POST}Content-Length: 16\r\n\r\n{"name":"flood"}`],
  ])('fill no memory, and hold up nobody, when they flood: %s', async (_what, request) => {
    const before = await memory()
    const bystanders = new Bystanders(service.url)
    const flooding = await clients.openMany(5)
    const block = Buffer.from(request.repeat(2_000))
    for (const { socket } of flooding) {
      socket.pause()
      const send = () => {
        while (socket.writable && socket.write(block));
      }
      socket.on('drain', send)
      send()
    }
    await Promise.all(flooding.map((each) => each.closed))
    const longest = await bystanders.leave()
    const grown = (await memory()) - before
    expect(grown).toBeLessThan(MEMORY)
    expect(longest).toBeLessThan(PATIENCE)
  })
})

describe('slow clients', () => {
  it(`are cut off with 408 in time, ${MANY} that say nothing too, and hold up nobody`, async () => {
    const json = '{"name":"slow"}'
    const [silent, inHeaders, inBody, inChunks] = await Promise.all([
      clients.openMany(MANY),
      clients.openMany(20),
      clients.openMany(20),
      clients.openMany(20),
    ])
    const bystanders = new Bystanders(service.url)
    for (const each of inHeaders) {
      each.write('GET /operations HTTP/1.1\r\nHost: x\r\n')
      each.drip(() => 'a', 1_000)
    }
    for (const each of inBody) {
      each.write(`${POST}Content-Length: 999\r\n\r\n${json.slice(0, 5)}`)
      each.drip(() => ' ', 1_000)
    }
    for (const each of inChunks) {
      each.write(`${POST}Transfer-Encoding: chunked\r\n\r\n`)
      each.drip(() => '1\r\n \r\n', 1_000)
    }
    const { headers, request, check } = HTTP_TIMEOUTS
    const groups = [
      [[...silent, ...inHeaders], headers],
      [[...inBody, ...inChunks], request],
    ] as const
    for (const [group, limit] of groups) {
      const ends = await Promise.all(
        group.map(async (each) => ({ answers: await each.answers(), ...(await each.closed) })),
      )
      for (const { answers, after } of ends) {
        checkOnlyProblem(answers, 408)
        expect(after).toBeGreaterThan(limit - check)
        expect(after).toBeLessThan(limit + check + LATENESS)
      }
    }
    const longest = await bystanders.leave()
    expect(longest).toBeLessThan(PATIENCE)
    expect(await stored('slow')).toBe(0)
  })
})

describe('clients that vanish', () => {
  it('in the middle of a body have stored nothing', async () => {
    const whole = postUser('vanished')
    const vanishing = await clients.openMany(200)
    for (const [index, each] of vanishing.entries()) {
      each.write(whole.subarray(0, whole.length - 1 - (index % 20)))
    }
    // The server has seen what came before once it has answered another one.
    await fetch(`${service.url}/operations`)
    for (const [index, { socket }] of vanishing.entries()) {
      if (index % 2) socket.resetAndDestroy()
      else socket.end()
    }
    await Promise.all(vanishing.map((each) => each.closed))
    expect(await stored('vanished')).toBe(0)
  })

  it('before their answer harm nobody', async () => {
    const vanishing = await clients.openMany(200)
    for (const [index, { socket }] of vanishing.entries()) {
      socket.write(index % 2 ? postUser('hasty') : GET)
      socket.resetAndDestroy()
    }
    await Promise.all(vanishing.map((each) => each.closed))
    expect((await fetch(`${service.url}/livez`)).status).toBe(200)
  })
})

describe(`${MANY} idle connections`, () => {
  it('cost little, hold up nobody, and do not delay the end of the process', async () => {
    const before = await memory()
    const idle = await clients.openMany(MANY)
    const answered = idle.map(
      ({ socket }) => new Promise((resolve) => void socket.once('data', resolve)),
    )
    for (const each of idle) each.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')
    await Promise.all(answered)

    const bystanders = new Bystanders(service.url)
    const longest = await bystanders.leave()
    const grown = (await memory()) - before
    expect(longest).toBeLessThan(PATIENCE)
    expect(grown).toBeLessThan(MEMORY)
    const open = idle.filter(({ socket }) => !socket.closed)
    expect(open).toHaveLength(MANY)

    expect(await service.stop()).toBe(0)
    await Promise.all(idle.map((each) => each.closed))
  })
})
