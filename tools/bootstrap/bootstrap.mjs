import { Failure } from '../console/failure.mjs'
import { commandFile } from './commands.mjs'
import { runAsChild } from './command-process.mjs'
import { ensureDependencies } from './dependencies.mjs'
import { findNode24 } from './runtime.mjs'

/**
 * Runs `tools/<command>.ts` on Node 24 with everything it needs in place, and ends this process with
 * the command's exit code.
 *
 * @param {string[]} commandLine the command, then its arguments
 */
export async function runCommand(commandLine) {
  const [command, ...args] = commandLine
  try {
    const file = commandFile(command)
    await ensureDependencies()
    process.exitCode = await runAsChild(findNode24(), [file, ...args])
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
