import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { refusalOf } from './local-requests.guard.js'

const own = { host: 'localhost:3003', origin: 'http://localhost:3003' }

const fromPage = (headers: Record<string, string>) =>
  refusalOf({ ...own, 'sec-fetch-site': 'same-origin', ...headers }, '127.0.0.1')

describe('what may change something', () => {
  it.each([
    ["the console's own page", { ...own, 'sec-fetch-site': 'same-origin' }],
    ['an address that somebody has typed', { host: 'localhost:3003', 'sec-fetch-site': 'none' }],
    ['a program on this machine', { host: '127.0.0.1:3003' }],
    ['a page at the IPv6 address', { host: '[::1]:3003', origin: 'http://[::1]:3003' }],
    ['a page at the port that is not written', { host: 'localhost', origin: 'http://localhost' }],
    ['a name in upper case', { host: 'LOCALHOST:3003', origin: 'http://localhost:3003' }],
  ])('%s', (_who, headers) => {
    expect(refusalOf(headers, '127.0.0.1')).toBeUndefined()
  })

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])('from %s', (address) => {
    expect(refusalOf(own, address)).toBeUndefined()
  })
})

describe('what may not', () => {
  it.each(['10.0.0.7', '128.0.0.1', '126.255.255.255', '::2', 'fe80::1', '::ffff:10.0.0.7'])(
    'anything from %s',
    (address) => {
      expect(refusalOf(own, address)).toContain('answer only this machine')
    },
  )

  it('whoever is gone already', () => {
    expect(refusalOf(own, undefined)).toContain('answer only this machine')
  })

  it.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:3003',
    '127.0.0.1.nip.io:3003',
    'localhost:3003@evil.example',
    'evil@localhost:3003',
    '127.0.0.2:3003',
    'localhost.',
    '0.0.0.0:3003',
    '',
  ])('anything to the name "%s", as after DNS rebinding', (host) => {
    expect(refusalOf({ host, origin: `http://${host}` }, '127.0.0.1')).toContain(
      'only to the name localhost',
    )
  })

  it('a request that names no host', () => {
    expect(refusalOf({}, '127.0.0.1')).toContain('only to the name localhost')
  })

  it.each([
    'http://localhost:3000',
    'http://localhost',
    'https://localhost:3003',
    'http://127.0.0.1:3003',
    'http://evil.example',
    'http://localhost:3003.evil.example',
    'null',
    '',
  ])('a page of the origin "%s"', (origin) => {
    expect(fromPage({ origin })).toContain('not one of another origin')
  })

  it.each(['cross-site', 'same-site', 'anything'])('a page that is %s', (site) => {
    expect(fromPage({ 'sec-fetch-site': site })).toContain("the console's own page")
  })

  it('any origin but its own, whatever is written there', () => {
    const near = fc
      .tuple(fc.string(), fc.string())
      .map(([before, after]) => before + own.origin + after)
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (origin) => {
        fc.pre(origin.toLowerCase() !== own.origin)
        expect(fromPage({ origin })).toBeDefined()
      }),
    )
  })
})
