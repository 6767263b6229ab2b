import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { root } from '../workspace/paths.mjs'

/**
 * The Node 24 that commands and services run on: this one, else the binary of the optional dependency
 * `node-<platform>-<arch>`.
 *
 * @returns {string} its path
 */
export function findNode24() {
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  const name = `node-${process.platform}-${process.arch}`
  const binary = join(root, 'node_modules', name, 'bin', 'node')
  if (existsSync(binary) && spawnSync(binary, ['--version']).status === 0) return binary
  throw new Failure(
    `Tideway runs on Node 24, and neither this Node (${process.versions.node}) nor the optional dependency ${name} provides it: install Node 24.`,
  )
}
