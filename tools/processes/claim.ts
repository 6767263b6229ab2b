import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'
import { say } from '../console/say.ts'
import { withLock } from './lock.mjs'
import { isRunning } from './process-identity.mjs'
import type { Roster } from './roster.ts'
import { readRunState, type RunState } from './run-state.ts'
import { endSurvivors, survivorsOf } from './survivors.ts'

const pollMs = 200
/** A launcher whose parent was killed needs a moment to notice. */
const noticeMs = 3_000
/** Services, broker and database one after the other, each up to its bound. */
const stoppingMs = 90_000

/**
 * Makes this process the only one that runs what the state file is about: refuses when another one does,
 * waits when it is just stopping, and ends what a dead one left behind.
 */
export async function claim(stateFile: string, lock: string, roster: Roster): Promise<void> {
  await withLock(lock, async () => {
    await waitUntilStopped(stateFile)
    const left = readRunState(stateFile)
    if (left !== undefined) await cleanUpAfter(left)
    roster.keepIn(stateFile)
  })
}

async function waitUntilStopped(stateFile: string): Promise<void> {
  const started = Date.now()
  let told = false
  for (;;) {
    const state = readRunState(stateFile)
    if (state === undefined || !isRunning(state.launcher)) return
    const isStopping = state.phase === 'stopping'
    if (Date.now() - started > (isStopping ? stoppingMs : noticeMs)) {
      throw new Failure(
        `Tideway runs already (process ${state.launcher.pid}): stop it with Ctrl-C in its terminal first.`,
      )
    }
    if (isStopping && !told) say('Waiting for the run before this one to finish stopping…')
    told = told || isStopping
    await sleep(pollMs)
  }
}

async function cleanUpAfter(left: RunState): Promise<void> {
  const names = survivorsOf(left).map(({ name }) => name)
  if (names.length > 0) say(`A run that was killed left ${names.join(', ')} behind: stopping them…`)
  await endSurvivors(left)
}
