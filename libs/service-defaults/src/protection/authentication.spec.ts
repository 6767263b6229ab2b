import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { inspect } from 'node:util'
import { Logger } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { OPEN_PATHS, startProtected } from '../../test/start-protected.js'
import { claimsWith, startTokenIssuer, type Claims } from '../../test/token-issuer.js'

const KEY = randomBytes(32).toString('base64url')
const OTHER_KEY = randomBytes(32).toString('base64url')

const digest = (key: string) => createHash('sha256').update(key).digest()

const keySettings = {
  API_KEYS: [
    { client: 'alice', digest: digest(KEY) },
    { client: 'bob', digest: digest(OTHER_KEY) },
  ],
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

async function statusOf(app: NestFastifyApplication, headers: Record<string, string>) {
  return (await app.inject({ url: '/samples', headers })).statusCode
}

/** Fails unless a request with these headers is refused. */
async function checkRefused(
  app: NestFastifyApplication,
  headers: Record<string, string>,
  { detail = /./, challenge = /./ } = {},
) {
  const answer = await app.inject({ url: '/samples', headers })
  expect(answer.statusCode, answer.body).toBe(401)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.json()).toMatchObject({
    title: 'Unauthorized',
    detail: expect.stringMatching(detail),
  })
  expect(answer.headers['www-authenticate']).toMatch(challenge)
  for (const secret of Object.values(headers).map((each) => each.replace(/^Bearer /, ''))) {
    expect(inspect([answer.body, answer.headers])).not.toContain(secret)
  }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('without a setting', () => {
  it('nobody has to say who they are', async () => {
    const app = await startProtected()
    expect(await statusOf(app, {})).toBe(200)
    expect(await statusOf(app, { 'x-api-key': 'any' })).toBe(200)
  })
})

describe('with API keys', () => {
  it.each([KEY, OTHER_KEY])('a right key is accepted', async (key) => {
    const app = await startProtected(keySettings)
    expect(await statusOf(app, { 'x-api-key': key })).toBe(200)
  })

  it('no key is refused', async () => {
    const app = await startProtected(keySettings)
    await checkRefused(app, {}, { detail: /X-API-Key/, challenge: /^ApiKey realm="tideway"/ })
  })

  it.each([
    ['another one', randomBytes(32).toString('base64url')],
    ['a part of one', KEY.slice(0, -1)],
    ['one in another case', KEY.toUpperCase()],
    ['the digest', digest(KEY).toString('hex')],
    ['two', `${KEY}, ${OTHER_KEY}`],
  ])('a wrong key is refused: %s', async (_what, key) => {
    const app = await startProtected(keySettings)
    await checkRefused(app, { 'x-api-key': key }, { detail: /X-API-Key is not known/ })
  })

  it('a key is refused where it is not to be sent', async () => {
    const app = await startProtected(keySettings)
    await checkRefused(app, bearer(KEY))
    expect((await app.inject(`/samples?api_key=${KEY}`)).statusCode).toBe(401)
  })
})

describe('whatever is to be sent', () => {
  it.each(OPEN_PATHS)('this is everybody’s: %s', async (path) => {
    const app = await startProtected(keySettings)
    expect((await app.inject(path)).statusCode).toBe(200)
  })

  it.each([
    ['GET', '/samples'],
    ['HEAD', '/samples'],
    ['POST', '/samples'],
    ['GET', '/samples/1'],
    ['GET', '/samples/failures/bug'],
    ['GET', '/samples?x=/docs'],
    ['GET', '//samples'],
    ['GET', '/docs/../samples'],
    ['GET', '/docs/%2e%2e/samples'],
  ] as const)('this is not, or is not there: %s %s', async (method, url) => {
    const app = await startProtected(keySettings)
    expect([401, 404]).toContain((await app.inject({ method, url })).statusCode)
  })

  it('a request is refused before its body has come', async () => {
    const app = await startProtected(keySettings)
    await app.listen(0, '127.0.0.1')
    const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    socket.write(
      'POST /samples HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n',
    )
    const [answer] = (await once(socket, 'data')) as [Buffer]
    expect(answer.toString()).toContain('HTTP/1.1 401 ')
  })
})

describe('with tokens', () => {
  it.each(['ES256', 'RS256', 'PS256', 'Ed25519'])('a right one is accepted: %s', async (alg) => {
    const issuer = await startTokenIssuer(alg)
    const app = await startProtected(issuer.settings)
    expect(await statusOf(app, bearer(await issuer.token()))).toBe(200)
    expect(await statusOf(app, { authorization: `bearer ${await issuer.token()}` })).toBe(200)
    expect(issuer.asked).toBe(1)
  })

  it('no token is refused, and nothing is said of an error', async () => {
    const { settings } = await startTokenIssuer()
    const app = await startProtected(settings)
    await checkRefused(app, {}, { detail: /Bearer/, challenge: /^Bearer realm="tideway"$/ })
    await checkRefused(app, { authorization: 'Basic YTpi' }, { challenge: /^Bearer [^,]*$/ })
  })

  const past = Math.floor(Date.now() / 1_000) - 60

  it.each<[what: string, claims: Claims, detail: RegExp]>([
    ['that has expired', { exp: past }, /expired/],
    ['that is for later', { nbf: past + 600 }, /not valid/],
    ['that never expires', { exp: undefined }, /not valid/],
    ['of another issuer', { iss: 'https://other.example' }, /not valid/],
    ['for somebody else', { aud: 'other' }, /not valid/],
    ['for nobody', { aud: undefined }, /not valid/],
    ['about nobody', { sub: undefined }, /not valid/],
    ['about nothing', { sub: '' }, /not valid/],
    ['about a number', { sub: 7 }, /not valid/],
    ['about someone with too long a name', { sub: 'x'.repeat(256) }, /not valid/],
  ])('one is refused %s', async (_what, claims, detail) => {
    const issuer = await startTokenIssuer()
    const app = await startProtected(issuer.settings)
    await checkRefused(app, bearer(await issuer.token(claims)), {
      detail,
      challenge: /^Bearer realm="tideway", error="invalid_token"$/,
    })
  })

  it('one is refused that nobody has signed', async () => {
    const { settings } = await startTokenIssuer()
    const app = await startProtected(settings)
    const none = new UnsecuredJWT(claimsWith({})).encode()
    // A Bearer token with an empty signature, and one with any.
    for (const token of [none, `${none}AAAA`]) await checkRefused(app, bearer(token))
  })

  it('one is refused that is signed with the public key as if it were a secret', async () => {
    const { settings, publicJwk } = await startTokenIssuer('RS256')
    const app = await startProtected(settings)
    const publicKey = await importJWK(publicJwk, 'RS256')
    if (publicKey instanceof Uint8Array) throw new Error('a secret')
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(publicJwk)]) {
      const token = await new SignJWT(claimsWith({}))
        .setProtectedHeader({ alg: 'HS256', kid: 'first' })
        .sign(new TextEncoder().encode(secret))
      await checkRefused(app, bearer(token))
    }
  })

  it.each(['first', 'another'])('one is refused of another key, called %s', async (kid) => {
    const { settings } = await startTokenIssuer()
    const app = await startProtected(settings)
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT(claimsWith({}))
      .setProtectedHeader({ alg: 'ES256', kid })
      .sign(privateKey)
    await checkRefused(app, bearer(token))
  })

  it('keys with unknown names are not looked for again and again', async () => {
    const issuer = await startTokenIssuer()
    const app = await startProtected(issuer.settings)
    for (let time = 0; time < 5; time += 1) {
      await checkRefused(app, bearer(await issuer.token({}, { kid: `other ${time}` })))
    }
    expect(issuer.asked).toBe(1)
  })

  it.each([
    ['a word', 'nonsense'],
    ['three parts', 'aGFsbG8.aGFsbG8.aGFsbG8'],
    ['a great many', 'x'.repeat(8_000)],
  ])('nonsense is refused: %s', async (_what, token) => {
    const { settings } = await startTokenIssuer()
    await checkRefused(await startProtected(settings), bearer(token))
  })
})

describe('keys that cannot be fetched', () => {
  it.each(['garbage', 'error', 'redirect', 'silence'] as const)(
    'are no fault of a token: %s',
    async (behaviour) => {
      const warned = vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {})
      const issuer = await startTokenIssuer()
      issuer.behave(behaviour)
      const app = await startProtected(issuer.settings)
      const token = await issuer.token()
      const answer = await app.inject({ url: '/samples', headers: bearer(token) })
      expect(answer.statusCode).toBe(503)
      expect(answer.headers).toMatchObject({
        'content-type': 'application/problem+json',
        'retry-after': '2',
      })
      expect(answer.json()).toMatchObject({ type: 'urn:tideway:problem:keys-unavailable' })
      expect(warned).toHaveBeenCalledOnce()
      expect(inspect([answer.body, warned.mock.calls], { depth: 9 })).not.toContain(token)
    },
  )

  it('are asked for a while later, and not by each request', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockImplementation(() => {})
    const issuer = await startTokenIssuer()
    issuer.behave('error')
    const app = await startProtected(issuer.settings)
    const headers = bearer(await issuer.token())
    for (let time = 0; time < 5; time += 1) expect(await statusOf(app, headers)).toBe(503)
    expect(issuer.asked).toBe(1)
    issuer.behave('keys')
    await vi.waitFor(async () => expect(await statusOf(app, headers)).toBe(200), { timeout: 5_000 })
  })

  it('do not matter to a token that is refused without them', async () => {
    const issuer = await startTokenIssuer()
    issuer.behave('error')
    const app = await startProtected(issuer.settings)
    await checkRefused(app, bearer('nonsense'))
    expect(issuer.asked).toBe(0)
  })
})

describe('with keys and tokens', () => {
  it('either one suffices, and neither is refused', async () => {
    const issuer = await startTokenIssuer()
    const app = await startProtected({ ...keySettings, ...issuer.settings })
    const token = await issuer.token()
    expect(await statusOf(app, { 'x-api-key': KEY })).toBe(200)
    expect(await statusOf(app, bearer(token))).toBe(200)
    expect(await statusOf(app, { 'x-api-key': KEY, ...bearer('nonsense') })).toBe(200)
    expect(await statusOf(app, { 'x-api-key': 'wrong', ...bearer(token) })).toBe(200)
    const challenge = /^Bearer realm="tideway".*, ApiKey realm="tideway"/
    await checkRefused(app, {}, { detail: /X-API-Key, or .*Bearer/, challenge })
    await checkRefused(app, { 'x-api-key': 'wrong', ...bearer('nonsense') }, { challenge })
  })
})
