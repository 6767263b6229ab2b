import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ownIdentity } from '../processes/process-identity.mjs'
import { writeRunState, type RunState } from '../processes/run-state.ts'
import { brokerAddress } from './connection.ts'

function stateFile(state?: Partial<RunState>): string {
  const directory = mkdtempSync(join(tmpdir(), 'dlq-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'state.json')
  if (state) {
    writeRunState(file, { launcher: ownIdentity(), phase: 'running', processes: [], ...state })
  }
  return file
}

test('the broker that the environment names is asked', () => {
  const file = stateFile({ broker: '127.0.0.1:1' })
  expect(brokerAddress({ KAFKA_BROKERS: 'a:9092,b:9092' }, file)).toBe('a:9092,b:9092')
})

test('else the one of the npm start that runs', () => {
  expect(brokerAddress({ KAFKA_BROKERS: '' }, stateFile({ broker: '127.0.0.1:1' }))).toBe(
    '127.0.0.1:1',
  )
})

test.each([
  ['none was started', undefined],
  ['the one that was started has ended', { broker: 'h:1', launcher: { pid: 1, startedAt: 'no' } }],
  ['the one that is being started has no broker yet', {}],
])('when %s, a sentence says what to do', (_, state) => {
  expect(() => brokerAddress({}, stateFile(state))).toThrow('set KAFKA_BROKERS')
})
