import { setTimeout as sleep } from 'node:timers/promises'
import { removeContainer } from '../infrastructure/docker.ts'
import { isRunning } from './process-identity.mjs'
import { stopWithinMs } from './roster.ts'
import { roles, type RecordedProcess, type RunState } from './run-state.ts'

const pollMs = 100

/** Those of a run that are still there, in the order in which they are to be stopped. */
export function survivorsOf(state: RunState): RecordedProcess[] {
  return roles.flatMap((role) =>
    state.processes.filter((process) => process.role === role && isRunning(process)),
  )
}

/** Ends what a dead run left behind: services first, then the broker, then the database. */
export async function endSurvivors(state: RunState): Promise<void> {
  for (const role of roles) {
    const ofRole = state.processes.filter((process) => process.role === role)
    await Promise.all(ofRole.map(endSurvivor))
  }
}

async function endSurvivor(survivor: RecordedProcess): Promise<void> {
  if (survivor.container !== undefined) await removeContainer(survivor.container)
  if (!isRunning(survivor)) return
  process.kill(survivor.pid, 'SIGTERM')
  // One that is stopped (SIGSTOP) would not hear of it.
  process.kill(survivor.pid, 'SIGCONT')
  const deadline = Date.now() + stopWithinMs[survivor.role]
  while (isRunning(survivor) && Date.now() < deadline) await sleep(pollMs)
  killGroup(survivor.pid)
  while (isRunning(survivor)) await sleep(pollMs)
}

/** With the children that it may have left behind. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
