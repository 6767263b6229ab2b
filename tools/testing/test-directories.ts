import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { eraseData } from '../infrastructure/data.ts'
import { withLock } from '../processes/lock.mjs'
import { isRunning } from '../processes/process-identity.mjs'
import { readRunState } from '../processes/run-state.ts'
import type { Roster } from '../processes/roster.ts'
import { endSurvivors } from '../processes/survivors.ts'
import { lockFile, tidewayDirectory } from '../workspace/paths.mjs'

const prefix = 'test-'

/** A directory for this run of `npm test`, which goes when it ends; what killed runs left goes now. */
export async function claimTestDirectory(roster: Roster): Promise<string> {
  mkdirSync(tidewayDirectory, { recursive: true })
  return withLock(lockFile('test-directories'), async () => {
    await removeDeadTestDirectories()
    const directory = mkdtempSync(join(tidewayDirectory, prefix))
    roster.keepIn(join(directory, 'state.json'))
    roster.afterwards(() => removeTestDirectory(directory))
    return directory
  })
}

async function removeDeadTestDirectories(): Promise<void> {
  for (const name of readdirSync(tidewayDirectory).filter((entry) => entry.startsWith(prefix))) {
    const directory = join(tidewayDirectory, name)
    const state = readRunState(join(directory, 'state.json'))
    if (state === undefined || !isRunning(state.launcher)) await removeTestDirectory(directory)
  }
}

/** Ends what the run and its test workers recorded there and still runs, and removes the directory. */
async function removeTestDirectory(directory: string): Promise<void> {
  for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
    const state = readRunState(join(directory, file))
    if (state?.processes) await endSurvivors(state)
  }
  await eraseData(directory)
  rmSync(directory, { recursive: true, force: true })
}
