import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { withLock } from './lock.mjs'

function newLock(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lock-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return join(directory, 'a.lock')
}

test('one at a time, and all of them', async () => {
  const lock = newLock()
  let inside = 0
  const work = async () => {
    inside += 1
    expect(inside).toBe(1)
    await sleep(5)
    inside -= 1
    return 'done'
  }
  const results = await Promise.all([withLock(lock, work), withLock(lock, work)])
  expect(results).toEqual(['done', 'done'])
})

test('who waits is told whom for, once', async () => {
  const lock = newLock()
  const waits: number[] = []
  await withLock(lock, async () => {
    const second = withLock(
      lock,
      () => {},
      (pid) => waits.push(pid),
    )
    await expect.poll(() => waits).toEqual([process.pid])
    void second
  })
})

test('the lock of a dead process counts for nothing', async () => {
  const lock = newLock()
  writeFileSync(lock, JSON.stringify({ pid: process.pid, startedAt: 'long ago' }))
  await expect(withLock(lock, () => 'done')).resolves.toBe('done')
})

test('it is given back after a failure', async () => {
  const lock = newLock()
  const failing = withLock(lock, () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(existsSync(lock)).toBe(false)
})
