import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { findProcess, ownIdentity } from './process-identity.mjs'
import { readRunState, writeRunState, type RecordedProcess, type RunState } from './run-state.ts'
import { endSurvivors, survivorsOf } from './survivors.ts'

function recorded(name: string, role: RecordedProcess['role'], isAlive = true): RecordedProcess {
  const { pid, startedAt } = ownIdentity()
  return { name, role, pid, startedAt: isAlive ? startedAt : 'long ago' }
}

function stateWith(...processes: RecordedProcess[]): RunState {
  return { launcher: ownIdentity(), phase: 'running', processes }
}

test('survivors are stopped services first, then the broker, then the database', () => {
  const state = stateWith(
    recorded('mongod', 'database'),
    recorded('kafka', 'broker'),
    recorded('user-service-1', 'service'),
  )
  const names = survivorsOf(state).map(({ name }) => name)
  expect(names).toEqual(['user-service-1', 'kafka', 'mongod'])
})

test('a process that has got the pid of a dead one is left alone', () => {
  expect(survivorsOf(stateWith(recorded('kafka', 'broker', false)))).toEqual([])
})

test('the state is read as it was written; none and half of one are none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'state-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'start', 'state.json')
  expect(readRunState(file)).toBeUndefined()
  const state = stateWith(recorded('kafka', 'broker'))
  writeRunState(file, state)
  expect(readRunState(file)).toEqual(state)
  writeFileSync(file, '{"launcher":')
  expect(readRunState(file)).toBeUndefined()
})

test('a survivor that was paused hears that it is to end', async () => {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const pid = child.pid ?? 0
  const startedAt = findProcess(pid)?.startedAt ?? ''
  child.kill('SIGSTOP')
  await endSurvivors(stateWith({ name: 'user-service-1', role: 'service', pid, startedAt }))
  expect(await exited).toEqual([null, 'SIGTERM'])
})
