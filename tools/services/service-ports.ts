import { Failure } from '../console/failure.mjs'
import { isPortFree } from '../processes/ports.ts'
import { forEachService, serviceNames, services, type ServiceName } from './service-names.ts'

/**
 * The port of each service's first replica, from the environment or by default.
 *
 * @throws Failure when a setting is no port, or two are the same
 */
export function servicePorts(environment: NodeJS.ProcessEnv): Record<ServiceName, number> {
  const ports = forEachService((name) => portOf(name, environment))
  for (const name of serviceNames) {
    const other = serviceNames.find((known) => known !== name && ports[known] === ports[name])
    if (other !== undefined) {
      throw new Failure(
        `${name} and ${other} both have port ${ports[name]}: set ${services[name].portSetting} to another one.`,
      )
    }
  }
  return ports
}

function portOf(name: ServiceName, environment: NodeJS.ProcessEnv): number {
  const { portSetting, port } = services[name]
  const value = environment[portSetting]
  if (!value) return port
  if (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535) return Number(value)
  throw new Failure(`${portSetting} is "${value}": set it to a port, 1 to 65535.`)
}

/** @throws Failure when something listens on one of the ports */
export async function checkPortsAreFree(
  ports: { name: ServiceName; port: number }[],
): Promise<void> {
  for (const { name, port } of ports) {
    if (await isPortFree(port)) continue
    throw new Failure(
      `Port ${port} is in use: stop what listens there, or set ${services[name].portSetting}.`,
    )
  }
}
