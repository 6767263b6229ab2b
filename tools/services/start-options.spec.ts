import { expect, test } from 'vitest'
import { parseStartOptions } from './start-options.ts'

test('without options one replica of each service runs on the data that is there', () => {
  expect(parseStartOptions([])).toEqual({
    fresh: false,
    replicas: { 'operation-service': 1, 'user-service': 1, 'user-approval-service': 1 },
  })
})

test('replicas are given for each service, from 0 to 50', () => {
  const args = ['--fresh', '--replicas', 'user-service=50', '--replicas', 'operation-service=0']
  expect(parseStartOptions(args)).toEqual({
    fresh: true,
    replicas: { 'operation-service': 0, 'user-service': 50, 'user-approval-service': 1 },
  })
})

test.each([
  [['--replicas', 'user-service=51'], 'from 0 to 50'],
  [['--replicas', 'user-service=-1'], 'from 0 to 50'],
  [['--replicas', 'user-service'], 'write user-service=<number>'],
  [['--replicas', 'billing=1'], 'there is no service "billing"'],
  [['--refresh'], "Unknown option '--refresh'"],
  [['now'], "Unexpected argument 'now'"],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseStartOptions(args)).toThrow(sentence)
})
