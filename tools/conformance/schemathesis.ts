import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { withProgress } from '../console/progress.ts'
import { downloaded, megabytesIn } from '../infrastructure/downloads.ts'
import { probe } from '../processes/probe.ts'
import type { Roster } from '../processes/roster.ts'
import { runTool } from '../processes/run-tool.ts'

const version = '4.32.5'
const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']

/**
 * The command that runs schemathesis, of one version everywhere, in an environment of its own, which is made the first time.
 *
 * @throws Failure when it cannot be had
 */
export async function schemathesis(roster: Roster): Promise<string[]> {
  if (!(await probe('python3', ['-c', 'import ensurepip, venv'])).succeeded) {
    throw new Failure(
      'schemathesis needs Python 3.10 or newer with venv: install python3 and python3-venv.',
    )
  }
  const environment = await downloaded(`schemathesis-${version}`, (scratch) =>
    withProgress(
      'Fetching schemathesis with pip (70 MB, once)',
      () => fill(scratch, roster),
      () => megabytesIn(scratch),
    ),
  )
  if (environment === undefined) throw new Failure(`schemathesis ${version} could not be had.`)
  // By the interpreter: scripts hold the path that the environment was made at, and it was moved since.
  return [join(environment, 'bin', 'python'), '-m', 'schemathesis.cli']
}

async function fill(environment: string, roster: Roster): Promise<boolean> {
  const made = await runTool(roster, {
    name: 'venv',
    command: 'python3',
    args: ['-m', 'venv', environment],
    onLine: console.error,
  })
  if (!made.succeeded) return false
  const { succeeded } = await runTool(roster, {
    name: 'pip',
    command: join(environment, 'bin', 'python'),
    args: [...install, `schemathesis==${version}`],
    onLine: console.error,
  })
  return succeeded
}
