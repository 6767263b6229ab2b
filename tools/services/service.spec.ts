import { expect, test } from 'vitest'
import { listenHost } from './service.ts'

test.each([
  [undefined, '127.0.0.1'],
  ['', '127.0.0.1'],
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '0.0.0.0'],
])('with LISTEN_HOST %o services listen on %s', (given, host) => {
  expect(listenHost(given === undefined ? {} : { LISTEN_HOST: given })).toBe(host)
})

test('an address at which they would not be found is refused', () => {
  expect(() => listenHost({ LISTEN_HOST: '192.168.1.5' })).toThrow('LISTEN_HOST is "192.168.1.5"')
})
