import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestApp, startTestApp } from '../../test/create-test-app.js'
import { SampleModule } from '../../test/sample.module.js'
import { BODY_LIMIT_BYTES, HTTP_TIMEOUTS, type HttpTimeouts } from './limits.js'

const JSON_TYPE = { 'content-type': 'application/json' }

async function inject(method: 'GET' | 'POST' | 'DELETE', url: string, headers = {}, payload = '') {
  const app = await startTestApp({ imports: [SampleModule] })
  const answer = await app.inject({ method, url, headers, payload })
  expect(answer.headers['content-type']).toBe('application/problem+json')
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
}

async function connectTo(timeouts?: HttpTimeouts): Promise<Socket> {
  const app = await createTestApp({ imports: [SampleModule] }, timeouts)
  await app.listen(0, '127.0.0.1')
  const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

function problemIn(answer: string): unknown {
  expect(answer).toContain('Content-Type: application/problem+json')
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))
}

describe('the media type of a body', () => {
  it.each([
    'application/x-www-form-urlencoded',
    'text/plain',
    'application/xml',
    'application/jsonp',
    'nonsense',
  ])('may not be %s', async (type) => {
    const answer = await inject('POST', '/samples', { 'content-type': type }, 'name=a')
    expect(answer).toMatchObject({
      status: 415,
      headers: { accept: 'application/json' },
      body: { title: 'Unsupported Media Type', status: 415 },
    })
  })

  it('may not be left out', async () => {
    const socket = await connectTo()
    socket.write(
      'POST /samples HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
    )
    expect(await text(socket)).toContain('HTTP/1.1 415 ')
  })

  it('may not be an encoded one', async () => {
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' }
    expect(await inject('POST', '/samples', headers, '{}')).toMatchObject({ status: 415 })
  })

  it.each(['utf-8', '"UTF-8"', 'utf8; x=y', 'us-ascii'])('may name charset %s', async (charset) => {
    const app = await startTestApp({ imports: [SampleModule] })
    const answer = await app.inject({
      method: 'POST',
      url: '/samples',
      headers: { 'content-type': `application/json; charset=${charset}` },
      payload: '{"name":"a"}',
    })
    expect(answer.statusCode).toBe(200)
  })

  it.each(['utf-16', 'ISO-8859-1', '"utf-16le"'])('may not name charset %s', async (charset) => {
    const headers = { 'content-type': `application/json; Charset=${charset}` }
    expect(await inject('POST', '/samples', headers, '{"name":"a"}')).toMatchObject({ status: 415 })
  })
})

function bodyOf(bytes: number): string {
  return JSON.stringify({ name: 'x'.repeat(bytes - '{"name":""}'.length) })
}

describe('the size of a body', () => {
  it('may be at the limit', async () => {
    const answer = await inject('POST', '/samples', JSON_TYPE, bodyOf(BODY_LIMIT_BYTES))
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } })
  })

  it('may not be above the limit', async () => {
    const answer = await inject('POST', '/samples', JSON_TYPE, bodyOf(BODY_LIMIT_BYTES + 1))
    expect(answer).toMatchObject({ status: 413, body: { status: 413 } })
  })
})

describe('an address', () => {
  it.each(['/', '/nothing', '/samples/1/2'])('that is unknown is 404: %s', async (url) => {
    expect(await inject('GET', url)).toMatchObject({
      status: 404,
      body: { title: 'Not Found', status: 404 },
    })
  })

  it('that is unknown is 404 whatever the body', async () => {
    const type = { 'content-type': 'text/plain' }
    expect(await inject('POST', '/nothing', type, 'x')).toMatchObject({ status: 404 })
    expect(await inject('POST', '/nothing', JSON_TYPE, '{')).toMatchObject({ status: 404 })
  })

  it.each([
    ['DELETE', '/samples', 'GET, HEAD, POST'],
    ['POST', '/samples/0190a5b0-0000-7000-8000-00000000000a?x=1', 'GET, HEAD'],
  ] as const)('asked with the wrong method is 405: %s %s', async (method, url, allow) => {
    expect(await inject(method, url)).toMatchObject({
      status: 405,
      headers: { allow },
      body: { title: 'Method Not Allowed', status: 405 },
    })
  })
})

describe('what is no request', () => {
  it.each([
    ['garbage', 'GARBAGE\r\n\r\n', 400],
    ['headers that are too large', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['no Host header', 'GET /samples HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
  ])('is answered with a problem too: %s', async (_what, request, status) => {
    const socket = await connectTo()
    socket.write(request)
    const answer = await text(socket)
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(answer.toLowerCase()).toContain('content-type: application/problem+json')
    expect(answer.slice(answer.indexOf('\r\n\r\n'))).toContain(`"status":${status}`)
  })

  const hasty = { ...HTTP_TIMEOUTS, headers: 50, request: 100, check: 20 }

  it.each([
    ['headers', 'GET /samples HTTP/1.1\r\nHost: x\r\n'],
    [
      'body',
      `POST /samples HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])('is cut off with 408 when its %s do not come', async (_part, beginning) => {
    const socket = await connectTo(hasty)
    socket.write(beginning)
    expect(problemIn(await text(socket))).toMatchObject({ status: 408 })
  })

  it('is cut off when it never begins', async () => {
    const socket = await connectTo(hasty)
    expect(await text(socket)).toContain('408')
  })
})
