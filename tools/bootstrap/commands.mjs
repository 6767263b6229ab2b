import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'

const toolsDirectory = join(import.meta.dirname, '..')

/**
 * A command is a file directly in tools/: `tools/start.ts` is `start`.
 *
 * @returns {string[]}
 */
export function commandNames() {
  return readdirSync(toolsDirectory)
    .filter((file) => /^[a-z-]+\.ts$/.test(file))
    .map((file) => file.replace(/\.ts$/, ''))
    .toSorted()
}

/**
 * @param {string | undefined} command
 * @returns {string} the file to run
 */
export function commandFile(command) {
  const known = commandNames()
  if (command !== undefined && known.includes(command)) {
    return join(toolsDirectory, `${command}.ts`)
  }
  const fault = command === undefined ? 'No command was given' : `There is no command "${command}"`
  throw new Failure(`${fault}: use one of ${known.join(', ')}.`)
}
