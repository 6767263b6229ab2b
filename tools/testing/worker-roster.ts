import { join } from 'node:path'
import { Roster } from '../processes/roster.ts'

let roster: Roster | undefined

/**
 * What a test launches: recorded in the directory of the `npm test` it runs in, which ends whatever a test
 * (or a worker that was killed) leaves running.
 */
export function workerRoster(): Roster {
  if (roster === undefined) {
    roster = new Roster()
    const directory = process.env['TIDEWAY_TEST_DIRECTORY']
    if (directory) roster.keepIn(join(directory, `worker-${process.pid}.json`))
  }
  return roster
}
