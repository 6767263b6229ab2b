import { expect, test } from 'vitest'
import { parseClusterOptions } from './cluster-options.ts'

test('the local overlay goes up on a cluster of our own, if nothing else is said', () => {
  expect(parseClusterOptions(['up'])).toEqual({
    command: 'up',
    overlay: 'local',
    context: undefined,
    registry: undefined,
  })
})

test('overlay, context and registry can be named', () => {
  const args = ['--overlay', 'local-istio', '--context', 'work', '--registry', 'localhost:5000/me/']
  expect(parseClusterOptions(['down', ...args])).toEqual({
    command: 'down',
    overlay: 'local-istio',
    context: 'work',
    registry: 'localhost:5000/me',
  })
})

test.each([
  [[], 'No command was given: use npm run cluster:up'],
  [['restart'], 'There is no command "restart"'],
  [['up', 'now'], '"now" is too much'],
  [['up', '--overlay', 'cloud'], 'write local or local-istio; how the cloud overlay is applied'],
  [['up', '--registry', 'https://registry.example.com'], 'without https://'],
  [['up', '--force'], "Unknown option '--force': use npm run cluster:up"],
  [['up', '--context'], "Option '--context <value>' argument missing"],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseClusterOptions(args)).toThrow(sentence)
})
