import { isIP } from 'node:net'
import {
  integer,
  list,
  optional,
  reader,
  secret,
  text,
  together,
  type Reader,
} from '../settings/readers.js'
import type { Settings } from '../settings/settings.js'

/** A client and the SHA-256 of a key of its own, in hex. */
export interface ApiKey {
  client: string
  digest: Buffer
}

const JWT_SETTINGS = ['JWT_JWKS_URI', 'JWT_ISSUER', 'JWT_AUDIENCE']

/** Who may call an API, from where and how often. Without any of these: everybody, as often as they like. */
export const protectionSettings = {
  /** Whose pages may read the answers. */
  CORS_ORIGINS: optional(list(origin())),
  /** Requests of one client in a minute, to each replica; 0 is no limit. */
  RATE_LIMIT_PER_MINUTE: integer({ min: 0, default: 0 }),
  /** Whose X-Forwarded-For is believed. */
  TRUSTED_PROXIES: optional(list(addressRange())),
  /** Any of these, or a token, is asked of every request. */
  API_KEYS: optional(secret(apiKeys())),
  JWT_JWKS_URI: jwtSetting('JWT_JWKS_URI', httpAddress()),
  JWT_ISSUER: jwtSetting('JWT_ISSUER', text()),
  JWT_AUDIENCE: jwtSetting('JWT_AUDIENCE', text()),
}

/** A service without an API of its own has none of these settings. */
export type ProtectionSettings = Partial<Settings<typeof protectionSettings>>

function jwtSetting<T>(name: string, inner: Reader<T>): Reader<T | undefined> {
  return together(
    JWT_SETTINGS.filter((other) => other !== name),
    optional(inner),
  )
}

/** As browsers send it: scheme, host and a port that is not the scheme's own. */
function origin(): Reader<string> {
  return checked('an origin as browsers send it, as https://app.example.org', (value) => {
    const { protocol, origin: own } = new URL(value)
    return (protocol === 'https:' || protocol === 'http:') && own === value
  })
}

function httpAddress(): Reader<string> {
  return checked('an address that starts with https:// or http://', (value) => {
    const { protocol, username, password } = new URL(value)
    return /^https?:$/.test(protocol) && username === '' && password === ''
  })
}

/** All addresses of the world are no range: whoever believes all of them can be told anything. */
function addressRange(): Reader<string> {
  return checked('an address, or a range as 10.0.0.0/8', (value) => {
    const [address = '', bits, ...more] = value.split('/')
    const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0
    if (most === 0 || more.length > 0) return false
    return bits === undefined || (/^[1-9]\d*$/.test(bits) && Number(bits) <= most)
  })
}

/** A client may have several keys, so that one can be replaced; a key is one client's. */
function apiKeys(): Reader<ApiKey[]> {
  const all = list(apiKey())
  return {
    ...all,
    allowed: `${all.allowed}, no key twice`,
    read(value) {
      const keys = all.read(value)
      const digests = new Set(keys.map(({ digest }) => digest.toString('hex')))
      if (digests.size < keys.length) throw new Error('a key twice')
      return keys
    },
  }
}

function apiKey(): Reader<ApiKey> {
  return reader(
    "a client's name (letters, digits, - . _) and the SHA-256 of its key in hex, client:digest",
    undefined,
    (value) => {
      const [, client, digest] = /^([\w.-]{1,64}):([\da-f]{64})$/i.exec(value) ?? []
      if (client === undefined || digest === undefined) throw new Error('not allowed')
      return { client, digest: Buffer.from(digest, 'hex') }
    },
  )
}

/** @param isAllowed may throw for what is not */
function checked(allowed: string, isAllowed: (value: string) => boolean): Reader<string> {
  return reader(allowed, undefined, (value) => {
    if (!isAllowed(value)) throw new Error('not allowed')
    return value
  })
}
