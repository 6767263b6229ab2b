import { describe, expect, it } from 'vitest'
import { startProtected } from '../../test/start-protected.js'

const APP = 'https://app.example.org'
const OTHER = 'https://evil.example.org'

/** Authentication and a limit are on as well: they must not be in the way. */
const settings = {
  CORS_ORIGINS: [APP, 'http://localhost:5173'],
  RATE_LIMIT_PER_MINUTE: 1,
  API_KEYS: [{ client: 'alice', digest: Buffer.alloc(32) }],
}

/** What clients send. */
const SENT =
  'content-type idempotency-key prefer authorization x-api-key traceparent tracestate last-event-id'.split(
    ' ',
  )

/** What they look at. */
const READ =
  'location link retry-after preference-applied idempotency-replayed ratelimit ratelimit-policy traceresponse'.split(
    ' ',
  )

const askFirst = (origin: string) =>
  ({
    method: 'OPTIONS',
    url: '/samples',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    },
  }) as const

const words = (header: unknown) => String(header).toLowerCase().split(/, ?/)

describe('a page of an allowed origin', () => {
  it('may ask first, as often as it likes, without saying who it is', async () => {
    const app = await startProtected(settings)
    for (let time = 0; time < 3; time += 1) {
      const answer = await app.inject(askFirst(APP))
      expect(answer.statusCode).toBe(204)
      expect(answer.headers['access-control-allow-origin']).toBe(APP)
      expect(words(answer.headers['access-control-allow-methods'])).toContain('delete')
      expect(words(answer.headers['access-control-allow-headers'])).toEqual(SENT)
      expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
    }
  })

  it.each([
    ['/samples', 401],
    ['/livez', 200],
    ['/nothing', 404],
  ])('can read the answer, whatever it is: %s', async (url, status) => {
    const app = await startProtected(settings)
    const answer = await app.inject({ url, headers: { origin: APP } })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['access-control-allow-origin']).toBe(APP)
    expect(answer.headers['vary']).toContain('Origin')
    expect(words(answer.headers['access-control-expose-headers'])).toEqual(
      expect.arrayContaining(READ),
    )
  })
})

describe('a page of another origin', () => {
  it.each([
    ['that is not listed', OTHER],
    ['that only begins like one', `${APP}.evil.example`],
    ['that says nothing of itself', 'null'],
  ])('is allowed nothing: %s', async (_what, origin) => {
    const app = await startProtected(settings)
    const first = await app.inject(askFirst(origin))
    expect(first.headers['access-control-allow-origin']).toBeUndefined()
    const answer = await app.inject({ url: '/livez', headers: { origin } })
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  it('is allowed nothing when no origin is', async () => {
    const app = await startProtected()
    const first = await app.inject(askFirst(APP))
    expect(first.statusCode).toBe(405)
    for (const url of ['/samples', '/livez']) {
      const { headers } = await app.inject({ url, headers: { origin: APP } })
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })
})

describe('what is no question of a browser', () => {
  it.each([
    ['OPTIONS', '/samples', 405, 'GET, HEAD, POST'],
    ['PUT', '/samples', 405, 'GET, HEAD, POST'],
    ['OPTIONS', '/nothing', 404, undefined],
    ['GET', '/nothing', 404, undefined],
  ] as const)('is answered as ever: %s %s', async (method, url, status, allow) => {
    const app = await startProtected(settings)
    const answer = await app.inject({ method, url })
    expect(answer.statusCode).toBe(status)
    expect(answer.headers['allow']).toBe(allow)
    expect(answer.headers['content-type']).toBe('application/problem+json')
  })
})
