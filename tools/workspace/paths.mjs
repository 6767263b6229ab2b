import { join, relative } from 'node:path'

/** The workspace's directory. */
export const root = join(import.meta.dirname, '..', '..')

/** Everything the commands make: downloads, data, logs, locks. Git ignores it, and removing it is safe. */
export const tidewayDirectory = join(root, '.tideway')

/** Shared by all commands and kept: Kafka's jars, mongod. */
export const downloadsDirectory = join(tidewayDirectory, 'downloads')

/**
 * @param {string} name of what only one process may do at a time
 */
export function lockFile(name) {
  return join(tidewayDirectory, 'locks', `${name}.lock`)
}

/**
 * A path as one would type it in the workspace.
 *
 * @param {string} path
 */
export function shown(path) {
  const fromRoot = relative(root, path)
  return fromRoot === '' || fromRoot.startsWith('..') ? path : fromRoot
}
