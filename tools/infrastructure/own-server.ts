import { Failure } from '../console/failure.mjs'
import type { Roster } from '../processes/roster.ts'
import { workerRoster } from '../testing/worker-roster.ts'
import { choosePort } from './choose-port.ts'
import { findDockerImage } from './docker.ts'
import type { Found } from './found.ts'
import { infrastructureChoice, type ServerOptions } from './options.ts'
import { OwnServer, type ServerPlan, type ServerRun } from './server.ts'

/** A kind of server and the two ways to run it. */
export interface ServerKind<Native> {
  name: 'broker' | 'database'
  image: string
  inDocker(run: ServerRun): ServerPlan
  findNatively(roster: Roster): Promise<Found<Native>>
  natively(run: ServerRun & Native): ServerPlan
  /** What to do when it can be run in neither way. */
  remedy: string
}

/**
 * Runs a server in Docker or, where there is no engine or no image, natively.
 *
 * @throws Failure when neither is possible
 */
export async function startOwnServer<Native>(
  kind: ServerKind<Native>,
  options: ServerOptions,
): Promise<{ server: OwnServer; port: number }> {
  const roster = options.roster ?? workerRoster()
  const plan = await findWay(kind, options.environment ?? process.env, roster)
  const port = await choosePort(kind.name, options)
  const { directory, entrances = [], footprint = 'normal' } = options
  const server = new OwnServer(plan({ directory, port, entrances, footprint, roster }))
  await server.start()
  return { server, port }
}

async function findWay<Native>(
  kind: ServerKind<Native>,
  environment: NodeJS.ProcessEnv,
  roster: Roster,
): Promise<(run: ServerRun) => ServerPlan> {
  const choice = infrastructureChoice(environment)
  const reasons: string[] = []
  if (choice !== 'native') {
    const docker = await findDockerImage(kind.image, roster)
    if (docker.isThere) return (run) => kind.inDocker(run)
    reasons.push(docker.reason)
  }
  if (choice !== 'docker') {
    const native = await kind.findNatively(roster)
    if (native.isThere) return (run) => kind.natively({ ...run, ...native })
    reasons.push(native.reason)
  }
  const remedy = choice === 'docker' ? 'start Docker, or unset TIDEWAY_INFRASTRUCTURE' : kind.remedy
  throw new Failure(`No ${kind.name}: ${reasons.join(' and ')}; ${remedy}.`)
}
