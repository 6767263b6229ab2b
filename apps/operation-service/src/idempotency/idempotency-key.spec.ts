import { expect, it } from 'vitest'

import { ProblemException } from '#service-defaults'

import { fingerprint, idempotencyKeyOf, keyOfClient } from './idempotency-key.js'

it.each([
  [undefined, undefined],
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['8e03978e-40d5', '8e03978e-40d5'],
  ['"with spaces, and commas"', 'with spaces, and commas'],
  [` "${'k'.repeat(255)}" `, 'k'.repeat(255)],
])('%j is the key %j', (header, key) => {
  expect(idempotencyKeyOf(header)).toBe(key)
})

it.each(['', '""', '"', 'two, keys', '"a", "b"', 'k'.repeat(256), '"\u00e9"', String.raw`"a\"b"`])(
  '%j is no key',
  (header) => {
    expect(() => idempotencyKeyOf(header)).toThrow(ProblemException)
  },
)

it('stays as it is where no client is known', () => {
  expect(keyOfClient('k', undefined)).toBe('k')
})

it('is one client’s, whatever clients are called', () => {
  const parts = ['a', 'b', 'a","b', 'a,b', '["a"', 'a\\', '\ud800', '']
  const clients = [undefined, ...parts]
  const keys = clients.flatMap((client) =>
    // A key has neither quotes nor backslashes.
    parts.filter((key) => !/["\\]/.test(key)).map((key) => keyOfClient(key, client)),
  )
  expect(new Set(keys).size).toBe(keys.length)
})

it('is the same fingerprint for the same body, in any order, and another for another', () => {
  const print = fingerprint({ name: 'alice', email: 'a@example.org' })
  expect(fingerprint({ email: 'a@example.org', name: 'alice' })).toBe(print)
  expect(fingerprint({ name: 'alice' })).not.toBe(print)
  expect(fingerprint({ name: 'alice', email: undefined })).toBe(fingerprint({ name: 'alice' }))
})
