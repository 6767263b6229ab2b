import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import helmet from '@fastify/helmet'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { OPEN_PATHS, startProtected } from '../../test/start-protected.js'
import { DATA_HEADERS, PAGE_HEADERS } from './security-headers.js'

describe('every answer of the API has the headers for data', () => {
  it.each([
    ['good', 'GET', '/samples', 200],
    ['of a probe', 'GET', '/livez', 200],
    ['not valid', 'GET', '/samples/1', 400],
    ['not found', 'GET', '/nothing', 404],
    ['not allowed', 'DELETE', '/samples', 405],
    ['without a path that can be read', 'GET', '/samples/%', 400],
    ['not foreseen', 'GET', '/samples/failures/text', 500],
  ] as const)('%s', async (_what, method, url, status) => {
    const answer = await (await startProtected()).inject({ method, url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers).toMatchObject(DATA_HEADERS)
  })

  it.each([
    ['no HTTP', 'GARBAGE\r\n\r\n', 400],
    [
      'another expectation',
      'GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nConnection: close\r\n\r\n',
      417,
    ],
  ])('to what Fastify never sees: %s', async (_what, request, status) => {
    const app = await startProtected()
    await app.listen(0, '127.0.0.1')
    const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1')
    socket.write(request)
    const answer = await text(socket)
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    for (const [name, value] of Object.entries(DATA_HEADERS)) {
      expect(answer).toContain(`${name}: ${value}\r\n`)
    }
  })
})

describe('the documentation', () => {
  const paths = OPEN_PATHS.filter((path) => path.startsWith('/docs'))

  it.each(paths)('has the headers for pages: %s', async (path) => {
    const answer = await (await startProtected()).inject(path)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers).toMatchObject(PAGE_HEADERS)
  })

  it('has no script and no handler of events within its page, which its policy forbids', async () => {
    const { body } = await (await startProtected()).inject('/docs')
    const scripts = [...body.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes)
    expect(scripts.length).toBeGreaterThan(0)
    for (const attributes of scripts) expect(attributes).toMatch(/ src=["']\.\//)
    expect(body).not.toMatch(/\son\w+=/)
  })

  it('has every header that helmet sets, but for the one that is for who ends the TLS', async () => {
    const server = fastify()
    await server.register(helmet)
    server.get('/', () => '')
    const { headers } = await server.inject('/')
    const ofFastify = ['connection', 'content-length', 'content-type', 'date']
    const ofHelmet = Object.keys(headers).filter((name) => !ofFastify.includes(name))
    expect(ofHelmet.length).toBeGreaterThan(5)
    const missing = ofHelmet.filter((name) => !(name in PAGE_HEADERS))
    expect(missing).toEqual(['strict-transport-security'])
  })
})
