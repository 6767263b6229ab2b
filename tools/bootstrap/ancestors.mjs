import { findProcess } from '../processes/process-identity.mjs'

const pollMs = 500

/**
 * npm that is killed with SIGKILL takes nothing along. So, when npm started this process, it looks
 * whether npm is still there. npm runs scripts through a shell, which stays until its child ends and
 * has to be looked past.
 *
 * @param {() => void} onGone called once
 * @returns {() => void} stops watching
 */
export function watchAncestors(onGone) {
  if (process.env['npm_lifecycle_event'] === undefined) return () => {}
  const parent = process.ppid
  const shell = findProcess(parent)
  const grandparent = shell !== undefined && isShell(shell.command) ? shell.parent : undefined
  const timer = setInterval(() => {
    const isThere =
      process.ppid === parent &&
      (grandparent === undefined || findProcess(parent)?.parent === grandparent)
    if (isThere) return
    clearInterval(timer)
    onGone()
  }, pollMs)
  return () => clearInterval(timer)
}

/** @param {string} command as the system names it: `sh`, `/bin/bash`, `-zsh` */
export function isShell(command) {
  return /^(.*\/)?-?(sh|bash|dash|zsh|ash|busybox)$/.test(command)
}
