import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { watchAncestors } from './ancestors.mjs'

/** Node 24 before 24.3 says that it strips types. */
const knownWarning = '--disable-warning=ExperimentalWarning'

/** @type {NodeJS.Signals[]} */
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command as a child that outlives no one silently: signals are handed on, and when this process
 * is killed the child sees its IPC channel close (see `onInterruption`).
 *
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
export function runAsChild(node, args) {
  const child = spawn(node, [knownWarning, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of forwarded) process.on(signal, () => child.kill(signal))
  const unwatch = watchAncestors(() => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      unwatch()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
