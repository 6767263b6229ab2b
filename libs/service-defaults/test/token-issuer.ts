import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose'
import { onTestFinished } from 'vitest'

const ISSUER = 'https://issuer.example'
const AUDIENCE = 'tideway'

/** What a token claims, right or wrong. */
export type Claims = Record<string, unknown>

/** How its keys are answered with. */
type Behaviour = 'keys' | 'garbage' | 'error' | 'redirect' | 'silence'

/** An issuer of tokens with one key, and its keys at an address of this machine; closed when the test ends. */
export async function startTokenIssuer(alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid: 'first', alg, use: 'sig' }
  let behaviour: Behaviour = 'keys'
  let asked = 0
  const server = createServer((_request, response) => {
    asked += 1
    if (behaviour === 'keys') response.end(JSON.stringify({ keys: [publicJwk] }))
    else if (behaviour === 'garbage') response.end('{"keys":')
    else if (behaviour === 'error') response.writeHead(500).end()
    else if (behaviour === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo

  return {
    publicJwk,
    privateKey,
    settings: {
      JWT_JWKS_URI: `http://127.0.0.1:${port}/jwks`,
      JWT_ISSUER: ISSUER,
      JWT_AUDIENCE: AUDIENCE,
    },
    get asked() {
      return asked
    },
    behave: (next: Behaviour) => {
      behaviour = next
    },
    /** A token that is right, but for these claims; undefined leaves one out. */
    token: (claims: Claims = {}, header: { alg?: string; kid?: string } = {}) =>
      new SignJWT(claimsWith(claims))
        .setProtectedHeader({ alg, kid: 'first', ...header })
        .sign(privateKey),
  }
}

/** Claims that are right, but for these; undefined leaves one out. */
export function claimsWith(claims: Claims): JWTPayload {
  const now = Math.floor(Date.now() / 1_000)
  return { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: now, exp: now + 60, ...claims }
}
