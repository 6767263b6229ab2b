import { describe, expect, it } from 'vitest'
import { parseSettings, SettingsError, type Environment } from '../settings/settings.js'
import { protectionSettings } from './protection.settings.js'

const DIGEST = 'ab'.repeat(32)

function faultsOf(env: Environment): string {
  try {
    parseSettings(protectionSettings, env)
  } catch (error) {
    if (error instanceof SettingsError) return error.message
    throw error
  }
  return ''
}

it('leaves everything off by default', () => {
  const { RATE_LIMIT_PER_MINUTE, ...others } = parseSettings(protectionSettings, {})
  expect(RATE_LIMIT_PER_MINUTE).toBe(0)
  expect(new Set(Object.values(others))).toEqual(new Set([undefined]))
})

it.each([
  [
    'CORS_ORIGINS',
    ['https://a.example', 'http://localhost:5173, https://a.example:8443'],
    ['*', 'null', 'a.example', 'https://a.example/', 'https://A.example', 'https://a.example:443'],
  ],
  [
    'TRUSTED_PROXIES',
    ['10.0.0.1', '10.0.0.0/8, 192.168.0.0/16', '::1', '2001:db8::/32'],
    ['0.0.0.0/0', '::/0', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/', 'loopback', '10.0.0', '*'],
  ],
  ['RATE_LIMIT_PER_MINUTE', ['0', '600'], ['-1', '1/s']],
  [
    'API_KEYS',
    [
      `alice:${DIGEST}`,
      `a.b-c_1:${DIGEST}, bob:${'0'.repeat(64)}`,
      `alice:${DIGEST.toUpperCase()}`,
    ],
    [
      'alice',
      `:${DIGEST}`,
      `alice:${DIGEST}00`,
      `alice:${DIGEST.slice(2)}`,
      `a b:${DIGEST}`,
      `alice:${DIGEST},bob:${DIGEST.toUpperCase()}`,
    ],
  ],
])('%s takes what is allowed and refuses the rest', (name, good, bad) => {
  for (const value of good) expect(faultsOf({ [name]: value })).toBe('')
  for (const value of bad) expect(faultsOf({ [name]: value }), value).toContain(name)
})

it('takes an address of https or http for the keys of tokens, without a password', () => {
  const others = { JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'tideway' }
  for (const good of ['https://id.example/jwks', 'http://localhost:8080/keys?x=1']) {
    expect(faultsOf({ ...others, JWT_JWKS_URI: good })).toBe('')
  }
  for (const bad of ['file:///etc/passwd', 'id.example', 'https://u:p@id.example/jwks']) {
    expect(faultsOf({ ...others, JWT_JWKS_URI: bad })).toContain('JWT_JWKS_URI')
  }
})

it('never shows a digest', () => {
  const fault = faultsOf({ API_KEYS: `alice:${DIGEST}0` })
  expect(fault).toContain('not shown')
  expect(fault).not.toContain(DIGEST)
})

describe('the settings of tokens', () => {
  const all = { JWT_JWKS_URI: 'https://id.example/jwks', JWT_ISSUER: 'i', JWT_AUDIENCE: 'a' }

  it.each(Object.keys(all))('are required together: %s', (name) => {
    const others = Object.entries(all).filter(([other]) => other !== name)
    expect(faultsOf(Object.fromEntries(others))).toContain(`${name} is missing`)
    expect(faultsOf(all)).toBe('')
  })
})
