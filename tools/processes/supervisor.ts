import { setTimeout as sleep } from 'node:timers/promises'
import { say } from '../console/say.ts'
import type { Exit } from './managed-process.ts'
import type { Roster } from './roster.ts'

const firstPauseMs = 1_000
const longestPauseMs = 30_000
/** One that ran that long before it ended starts again without a long pause. */
const steadyMs = 60_000

/** One life of something that is to run all the time. */
export interface Life {
  exited: Promise<Exit>
}

/**
 * Starts again, with a growing pause, whatever ends while nobody asked it to.
 *
 * @param first undefined: it could not even be started
 * @param again starts it on the same port
 * @param isWanted not any more: what has ended stays so
 */
export async function supervise(
  roster: Roster,
  name: string,
  first: Life | undefined,
  again: () => Promise<Life>,
  isWanted: () => boolean = () => true,
): Promise<void> {
  const isOver = () => roster.isClosed || !isWanted()
  let pauseMs = firstPauseMs
  let bornAt = Date.now()
  let life = first
  for (;;) {
    const ending: string =
      life === undefined ? 'did not start' : `ended (${describe(await life.exited)})`
    if (isOver()) return
    if (Date.now() - bornAt > steadyMs) pauseMs = firstPauseMs
    say(`${name} ${ending}: starting it again in ${pauseMs / 1000} s.`)
    await sleep(pauseMs)
    if (isOver()) return
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
    bornAt = Date.now()
    life = await attempt(roster, name, again)
  }
}

async function attempt(
  roster: Roster,
  name: string,
  again: () => Promise<Life>,
): Promise<Life | undefined> {
  try {
    const life = await again()
    say(`${name} runs again.`)
    return life
  } catch (error) {
    if (!roster.isClosed) say(error instanceof Error ? error.message : String(error))
    return undefined
  }
}

function describe({ code }: Exit): string {
  return code > 128 ? `by signal ${code - 128}` : `exit code ${code}`
}
