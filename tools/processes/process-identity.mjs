import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * @typedef {object} ProcessIdentity
 * @property {number} pid
 * @property {string} startedAt when the system started it, in a form only good for comparing: a pid
 *   is given out again, the pair of both is not
 */

/**
 * What the system knows of a process; undefined when there is none, or only its zombie.
 *
 * @param {number} pid
 * @returns {ProcessIdentity & { parent: number, command: string } | undefined}
 */
export function findProcess(pid) {
  const found = process.platform === 'linux' ? findInProc(pid) : findWithPs(pid)
  if (found === undefined || found.state.startsWith('Z')) return undefined
  const { startedAt, parent, command } = found
  return { pid, startedAt, parent, command }
}

/**
 * Whether the process that was recorded is the one that runs under its pid now.
 *
 * @param {ProcessIdentity} recorded
 */
export function isRunning({ pid, startedAt }) {
  return findProcess(pid)?.startedAt === startedAt
}

/**
 * @returns {ProcessIdentity}
 */
export function ownIdentity() {
  return { pid: process.pid, startedAt: findProcess(process.pid)?.startedAt ?? '' }
}

/** @param {number} pid */
function findInProc(pid) {
  let stat
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  return parseProcStat(stat)
}

/**
 * @param {string} stat the line of /proc/<pid>/stat: pid (command) state ppid …, start time as field 22;
 *   the command may hold spaces and brackets itself
 */
export function parseProcStat(stat) {
  const command = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    command,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    startedAt: fields[19] ?? '',
  }
}

/** @param {number} pid */
function findWithPs(pid) {
  const { stdout } = spawnSync('ps', ['-o', 'state=,ppid=,lstart=,comm=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return parsePs(stdout ?? '')
}

/**
 * @param {string} line of `ps -o state=,ppid=,lstart=,comm=`, for example
 *   `S    1 Sat Nov 22 16:14:05 2025 /bin/sh`
 */
export function parsePs(line) {
  const match = /^\s*(\S+)\s+(\d+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d+)\s+(.+?)\s*$/.exec(line)
  if (match === null) return undefined
  const [, state = '', parent = '', startedAt = '', command = ''] = match
  return { state, parent: Number(parent), startedAt, command }
}
