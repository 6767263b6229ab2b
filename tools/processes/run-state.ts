import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tidewayDirectory } from '../workspace/paths.mjs'
import type { ProcessIdentity } from './process-identity.mjs'

/** What `npm start` runs at the moment. */
export const startStateFile = join(tidewayDirectory, 'start', 'state.json')

/** In the order in which they are stopped: what uses another one goes first. */
export const roles = ['helper', 'service', 'broker', 'database'] as const
export type Role = (typeof roles)[number]

export interface RecordedProcess extends ProcessIdentity {
  name: string
  role: Role
  /** The Docker container that the process (the `docker` client) stands for. */
  container?: string
}

/** What a command runs at the moment, on disk for the one who finds it dead. */
export interface RunState {
  launcher: ProcessIdentity
  phase: 'running' | 'stopping'
  processes: RecordedProcess[]
  /** Where its broker answers, once it does: `host:port`, several comma-separated. */
  broker?: string
}

/** Undefined when there is no such file, or none that can be read as one. */
export function readRunState(file: string): RunState | undefined {
  if (!existsSync(file)) return undefined
  try {
    const state: RunState = JSON.parse(readFileSync(file, 'utf8'))
    return state
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** In one step: whoever reads sees the state before or the state after. */
export function writeRunState(file: string, state: RunState): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(draft, file)
}

export function removeRunState(file: string): void {
  rmSync(file, { force: true })
}
