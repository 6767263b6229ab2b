import { Failure } from '../console/failure.mjs'
import { say } from '../console/say.ts'
import { freePort, isPortFree } from '../processes/ports.ts'
import { forEachService, programs, serviceNames, type ProgramName } from './service-names.ts'

/**
 * The port of each service's first replica and of the console, from the environment or by default.
 *
 * @throws Failure when a setting is no port, or two are the same
 */
export function servicePorts(environment: NodeJS.ProcessEnv): Record<ProgramName, number> {
  const ports = {
    ...forEachService((name) => portOf(name, environment)),
    console: portOf('console', environment),
  }
  const names = [...serviceNames, 'console'] as const
  for (const name of names) {
    const other = names.find((known) => known !== name && ports[known] === ports[name])
    if (other !== undefined) {
      throw new Failure(
        `${name} and ${other} both have port ${ports[name]}: set ${programs[name].portSetting} to another one.`,
      )
    }
  }
  return ports
}

function portOf(name: ProgramName, environment: NodeJS.ProcessEnv): number {
  const { portSetting, port } = programs[name]
  const value = environment[portSetting]
  if (!value) return port
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value)
  throw new Failure(`${portSetting} is "${value}": set it to a port, 1 to 65535.`)
}

/** @throws Failure when something listens on one of the ports */
export async function checkPortsAreFree(
  ports: { name: ProgramName; port: number }[],
): Promise<void> {
  for (const { name, port } of ports) {
    if (await isPortFree(port)) continue
    throw new Failure(
      `Port ${port} is in use: stop what listens there, or set ${programs[name].portSetting}.`,
    )
  }
}

/** These ports where they are free, others where they are not; which is said. */
export async function portsThatAreFree(
  ports: Record<ProgramName, number>,
): Promise<Record<ProgramName, number>> {
  const chosen = { ...ports }
  for (const name of Object.keys(programs) as ProgramName[]) {
    if (await isPortFree(ports[name])) continue
    chosen[name] = await freePort()
    say(`Port ${ports[name]} is in use: ${name} takes ${chosen[name]}.`)
  }
  return chosen
}
