import { expect, test } from 'vitest'

import { parseLoadOptions } from './load-options.js'

test('without arguments it is a closed loop of 64 connections on localhost', () => {
  expect(parseLoadOptions([])).toEqual({
    url: 'http://localhost:3000',
    rate: undefined,
    connections: 64,
    duration: 30,
    warmUp: 5,
    json: false,
    ids: undefined,
  })
})

test('every option is taken', () => {
  const text =
    '--url https://edge:8080 --rate=0.5 --connections 8 --duration 1.5 --warm-up 0 --json --ids f'
  expect(parseLoadOptions(text.split(' '))).toEqual({
    url: 'https://edge:8080',
    rate: 0.5,
    connections: 8,
    duration: 1.5,
    warmUp: 0,
    json: true,
    ids: 'f',
  })
})

test('--url may end with a slash', () => {
  expect(parseLoadOptions(['--url', 'http://edge/']).url).toBe('http://edge')
})

test.each(['edge:3000', 'localhost', 'ftp://edge', ''])('--url "%s" is no address', (url) => {
  expect(() => parseLoadOptions([`--url=${url}`])).toThrow(
    `--url is "${url}": give an address that begins with http:// or https://.`,
  )
})

test.each(['http://edge/users', 'http://edge/?a=1'])('--url %s says too much', (url) => {
  expect(() => parseLoadOptions(['--url', url])).toThrow(
    `--url is "${url}": give the address alone, without a path: http://edge.`,
  )
})

test.each([
  ['rate', '0', 'from 0.1 to 1000000'],
  ['rate', '2000000', 'from 0.1 to 1000000'],
  ['rate', 'fast', 'from 0.1 to 1000000'],
  ['connections', '0', 'from 1 to 10000'],
  ['connections', '10001', 'from 1 to 10000'],
  ['duration', '0', 'from 1 to 86400'],
  ['duration', '', 'from 1 to 86400'],
  ['warm-up', '-1', 'from 0 to 3600'],
  ['warm-up', '5s', 'from 0 to 3600'],
])('--%s=%s is refused, and what is taken is said', (name, value, range) => {
  expect(() => parseLoadOptions([`--${name}=${value}`])).toThrow(
    `--${name} is "${value}": give a number ${range}.`,
  )
})

test.each([
  ['rate', '0.1'],
  ['rate', '1000000'],
  ['connections', '1'],
  ['connections', '10000'],
  ['duration', '86400'],
  ['warm-up', '3600'],
])('--%s=%s, a limit, is taken', (name, value) => {
  expect(Object.values(parseLoadOptions([`--${name}=${value}`]))).toContain(Number(value))
})

test('an option that does not exist is named', () => {
  expect(() => parseLoadOptions(['--speed=3'])).toThrow('--speed')
})
