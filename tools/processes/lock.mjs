import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning, ownIdentity } from './process-identity.mjs'

const pollMs = 200

/**
 * Does something that only one process at a time may do. A lock whose process has died counts for
 * nothing.
 *
 * @template T
 * @param {string} file
 * @param {() => Promise<T> | T} work
 * @param {(pid: number) => void} [onWait] called once, when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait) {
  mkdirSync(dirname(file), { recursive: true })
  let told = false
  while (!take(file)) {
    const holder = readHolder(file)
    if (holder !== undefined && !isRunning(holder)) discard(file, holder)
    else {
      if (!told && holder !== undefined) onWait?.(holder.pid)
      told = told || holder !== undefined
      await sleep(pollMs)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}

/**
 * Linked into place with its content, so that nobody ever reads half a lock.
 *
 * @param {string} file
 */
function take(file) {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`
  writeFileSync(draft, JSON.stringify(ownIdentity()))
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * @param {string} file
 * @returns {import('./process-identity.mjs').ProcessIdentity | undefined}
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Two processes may find the same dead lock: the slower one would take away the lock that the faster
 * one has made meanwhile, so it looks at what it took and puts it back.
 *
 * @param {string} file
 * @param {import('./process-identity.mjs').ProcessIdentity} dead
 */
function discard(file, dead) {
  const taken = `${file}.${process.pid}.dead`
  try {
    renameSync(file, taken)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const holder = readHolder(taken)
  if (holder?.pid !== dead.pid || holder.startedAt !== dead.startedAt) {
    try {
      linkSync(taken, file)
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
  rmSync(taken, { force: true })
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
