import { createHash } from 'node:crypto'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { describe, expect, it } from 'vitest'
import { OPEN_PATHS, startProtected } from '../../test/start-protected.js'

const LIMIT = 3
const PROXY = '10.1.2.3'

interface From {
  address?: string
  forwarded?: string
  key?: string
}

/** Asks so often, and says with which status each time. */
async function ask(
  app: NestFastifyApplication,
  times: number,
  { address = '192.0.2.1', forwarded, key }: From = {},
) {
  const headers = {
    ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
    ...(key === undefined ? {} : { 'x-api-key': key }),
  }
  const statuses: number[] = []
  for (let time = 0; time < times; time += 1) {
    const answer = await app.inject({ url: '/samples', remoteAddress: address, headers })
    statuses.push(answer.statusCode)
  }
  return statuses
}

const digest = (key: string) => createHash('sha256').update(key).digest()

describe('a client', () => {
  it('may send as many requests in a minute as the limit says, and is told how many are left', async () => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: LIMIT })
    for (const left of [2, 1, 0]) {
      const answer = await app.inject('/samples')
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['ratelimit-policy']).toBe('"per-client";q=3;w=60')
      expect(answer.headers['ratelimit']).toMatch(new RegExp(`^"per-client";r=${left};t=\\d+$`))
    }
  })

  it('is refused from one more on, and told when to come back', async () => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: LIMIT })
    await ask(app, LIMIT, { address: '127.0.0.1' })
    const answer = await app.inject('/samples')
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.json()).toMatchObject({ status: 429, detail: expect.stringContaining('3') })
    const wait = Number(answer.headers['retry-after'])
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect(answer.headers['ratelimit']).toBe(`"per-client";r=0;t=${wait}`)
  })

  it.each([undefined, 0])('may send any number without a limit (%s)', async (perMinute) => {
    const app = await startProtected(
      perMinute === undefined ? {} : { RATE_LIMIT_PER_MINUTE: perMinute },
    )
    expect(new Set(await ask(app, 20))).toEqual(new Set([200]))
    const { headers } = await app.inject('/samples')
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([])
  })

  it('uses up nobody else’s requests', async () => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: LIMIT })
    expect(await ask(app, LIMIT + 1)).toEqual([200, 200, 200, 429])
    expect(await ask(app, 1, { address: '192.0.2.2' })).toEqual([200])
  })

  it('is the network of a customer where addresses are of IPv6', async () => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: LIMIT })
    await ask(app, LIMIT, { address: '2001:db8:1:2::1' })
    expect(await ask(app, 1, { address: '2001:db8:1:2:ffff::2' })).toEqual([429])
    expect(await ask(app, 1, { address: '2001:db8:1:3::1' })).toEqual([200])
  })
})

describe('a client that is known', () => {
  const settings = {
    RATE_LIMIT_PER_MINUTE: LIMIT,
    API_KEYS: [
      { client: 'alice', digest: digest('key of alice') },
      { client: 'alice', digest: digest('new key of alice') },
      { client: 'bob', digest: digest('key of bob') },
    ],
  }

  it('is limited wherever it comes from, and whichever of its keys it sends', async () => {
    const app = await startProtected(settings)
    await ask(app, LIMIT, { key: 'key of alice' })
    expect(await ask(app, 1, { key: 'new key of alice', address: '192.0.2.2' })).toEqual([429])
    expect(await ask(app, 1, { key: 'key of bob' })).toEqual([200])
  })

  it('is not held up by one that guesses keys at the same address', async () => {
    const app = await startProtected(settings)
    expect(await ask(app, LIMIT + 2, { key: 'guessed' })).toEqual([401, 401, 401, 429, 429])
    expect(await ask(app, 1, { key: 'key of alice' })).toEqual([200])
  })
})

describe('what is everybody’s', () => {
  it.each(OPEN_PATHS)('is not limited, and uses nothing up: %s', async (path) => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: LIMIT })
    for (let time = 0; time < 2 * LIMIT; time += 1) {
      const answer = await app.inject({ url: path, remoteAddress: '192.0.2.1' })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['ratelimit']).toBeUndefined()
    }
    expect(await ask(app, LIMIT)).toEqual([200, 200, 200])
  })
})

describe('X-Forwarded-For', () => {
  const alternating = async (settings: { TRUSTED_PROXIES?: string[] }, address: string) => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: 1, ...settings })
    const [first] = await ask(app, 1, { address, forwarded: '198.51.100.1' })
    const [second] = await ask(app, 1, { address, forwarded: '198.51.100.2' })
    return [first, second]
  }

  it('of a client is not believed', async () => {
    expect(await alternating({}, PROXY)).toEqual([200, 429])
  })

  it('of a trusted proxy is', async () => {
    expect(await alternating({ TRUSTED_PROXIES: ['10.0.0.0/8'] }, PROXY)).toEqual([200, 200])
  })

  it('of a client is not believed when other addresses are trusted', async () => {
    expect(await alternating({ TRUSTED_PROXIES: ['10.0.0.0/8'] }, '192.0.2.1')).toEqual([200, 429])
  })

  it('that a client sends through a trusted proxy does not count: what the proxy added does', async () => {
    const app = await startProtected({ RATE_LIMIT_PER_MINUTE: 1, TRUSTED_PROXIES: ['10.0.0.0/8'] })
    const forged = (name: string) => ({ address: PROXY, forwarded: `${name}, 198.51.100.1` })
    expect(await ask(app, 1, forged('203.0.113.1'))).toEqual([200])
    expect(await ask(app, 1, forged('203.0.113.2'))).toEqual([429])
    expect(await ask(app, 1, forged('10.9.9.9, 203.0.113.3'))).toEqual([429])
  })
})
