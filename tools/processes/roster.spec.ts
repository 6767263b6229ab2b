import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Roster } from './roster.ts'
import { readRunState, type Role } from './run-state.ts'

function newRoster() {
  const directory = mkdtempSync(join(tmpdir(), 'roster-'))
  const roster = new Roster()
  onTestFinished(() => {
    roster.killAll()
    rmSync(directory, { recursive: true })
  })
  return { roster, stateFile: join(directory, 'state.json') }
}

function sleeper(roster: Roster, role: Role, onEnd: () => void = () => {}) {
  const process = roster.launch(role, { name: role, command: 'sleep', args: ['60'], output: onEnd })
  void process.exited.then(onEnd)
  return process
}

test('what runs is on disk, and gone from there once it has ended', async () => {
  const { roster, stateFile } = newRoster()
  roster.keepIn(stateFile)
  const service = sleeper(roster, 'service')
  expect(readRunState(stateFile)?.processes).toMatchObject([{ name: 'service', pid: service.pid }])
  expect((await service.kill()).code).toBe(137)
  await expect.poll(() => readRunState(stateFile)?.processes).toEqual([])
})

test('where the broker answers stands beside what runs', () => {
  const { roster, stateFile } = newRoster()
  roster.keepIn(stateFile)
  expect(readRunState(stateFile)).not.toHaveProperty('broker')
  roster.announceBroker('127.0.0.1:9092')
  expect(readRunState(stateFile)).toMatchObject({ broker: '127.0.0.1:9092', phase: 'running' })
})

test('services are stopped before the broker, and the broker before the database', async () => {
  const { roster, stateFile } = newRoster()
  roster.keepIn(stateFile)
  const ended: Role[] = []
  for (const role of ['database', 'broker', 'service'] as const) {
    sleeper(roster, role, () => ended.push(role))
  }
  await roster.stopAll()
  expect(ended).toEqual(['service', 'broker', 'database'])
  expect(existsSync(stateFile)).toBe(false)
})

test('nothing is launched any more once everything is being stopped', async () => {
  const { roster } = newRoster()
  await roster.stopAll()
  expect(() => sleeper(roster, 'service')).toThrow('everything is being stopped')
})

test('a command that is not there is a sentence', () => {
  const { roster } = newRoster()
  const order = { name: 'Maven', command: 'no-such-command', args: [], output: () => {} }
  expect(() => roster.launch('helper', order)).toThrow(
    'Maven cannot be started: there is no "no-such-command" to run.',
  )
})
