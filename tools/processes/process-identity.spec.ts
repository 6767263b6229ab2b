import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { findProcess, isRunning, ownIdentity, parseProcStat, parsePs } from './process-identity.mjs'

test('a process is known by its pid and the time it started', () => {
  expect(isRunning(ownIdentity())).toBe(true)
  expect(findProcess(process.pid)?.parent).toBe(process.ppid)
})

test('another process under the same pid is another one', () => {
  expect(isRunning({ pid: process.pid, startedAt: 'long ago' })).toBe(false)
})

test('a process that has ended does not run', async () => {
  const child = spawn(process.execPath, ['--eval', ''])
  const identity = { pid: child.pid ?? 0, startedAt: findProcess(child.pid ?? 0)?.startedAt ?? '' }
  expect(identity.startedAt).not.toBe('')
  await once(child, 'exit')
  expect(isRunning(identity)).toBe(false)
})

test('Linux: a command may hold brackets and spaces', () => {
  const stat = `42 (npm (start) x) S 7 ${Array.from({ length: 17 }, (_, n) => n).join(' ')} 99 0 0`
  expect(parseProcStat(stat)).toEqual({
    command: 'npm (start) x',
    state: 'S',
    parent: 7,
    startedAt: '99',
  })
})

test('macOS: ps gives state, parent, start time and command', () => {
  expect(parsePs('S+    1 Sat Nov 22 16:14:05 2025     /bin/sh\n')).toEqual({
    command: '/bin/sh',
    state: 'S+',
    parent: 1,
    startedAt: 'Sat Nov 22 16:14:05 2025',
  })
  expect(parsePs('')).toBeUndefined()
})
