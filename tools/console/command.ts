import { onInterruption } from '../processes/interruption.ts'
import { Roster } from '../processes/roster.ts'
import { Failure } from './failure.mjs'
import { say, surviveClosedTerminal } from './say.ts'

export interface Ending {
  code: number
  /** Said after everything was stopped. */
  lastLine?: string
}

/**
 * The frame of a command: whatever happens (it ends, fails, is interrupted, loses its terminal or its
 * parent), everything it launched through the roster is stopped before the process ends.
 *
 * @param interruptedCode the exit code after Ctrl-C or SIGTERM
 */
export async function runAsCommand(
  body: (roster: Roster) => Promise<Ending>,
  interruptedCode: number,
): Promise<void> {
  const roster = new Roster()
  surviveClosedTerminal()
  onInterruption({
    stop: () => {
      if (roster.isClosed) return
      say('Stopping…')
      void end(roster, interruptedCode)
    },
    force: () => {
      say('Stopping at once.')
      roster.killAll()
      process.exit(1)
    },
  })
  try {
    const ending = await body(roster)
    if (!roster.isClosed) await end(roster, ending.code, ending.lastLine)
  } catch (error) {
    // Once everything is being stopped, what was under way fails: that is no news.
    if (roster.isClosed) return
    console.error(error instanceof Failure ? error.message : error)
    await end(roster, 1)
  }
}

async function end(roster: Roster, code: number, lastLine?: string): Promise<never> {
  try {
    await roster.stopAll()
  } catch (error) {
    console.error(error)
  }
  // On a line of its own, whatever was written to the terminal before.
  if (lastLine !== undefined) say(`\n${lastLine}`)
  process.exit(code)
}
