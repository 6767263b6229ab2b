import { say } from '../console/say.ts'
import type { Roster } from '../processes/roster.ts'
import { ConsoleProcess } from './console.ts'
import { Replicas } from './replicas.ts'
import type { Service } from './service.ts'
import {
  forEachService,
  serviceNames,
  type ProgramName,
  type ServiceName,
} from './service-names.ts'

const everyMs = 5_000

/** The services and the console, as processes that are started again when they end by themselves. */
export interface System {
  services: Record<ServiceName, Replicas>
  /** Of the console, without a slash at its end. */
  consoleUrl: string
}

/**
 * Runs all services and the console, and waits until every process is ready.
 *
 * @param options.env of the services and the console
 * @param options.ports of the first replica of each service and of the console
 * @throws Failure when one ends before, or is not ready in time
 */
export async function runSystem(options: {
  replicas: Record<ServiceName, number>
  ports: Record<ProgramName, number>
  env: NodeJS.ProcessEnv
  /** Of the console only. */
  consoleEnv?: NodeJS.ProcessEnv
  directory: string
  roster: Roster
}): Promise<System> {
  const { replicas, ports, consoleEnv, ...shared } = options
  const services = forEachService(
    (name) =>
      new Replicas(name, { ...shared, port: ports[name], changed: () => consoleProcess.tell() }),
  )
  const consoleProcess = new ConsoleProcess(services, {
    ...shared,
    env: { ...shared.env, ...consoleEnv },
    port: ports.console,
  })
  const launched: Service[] = []
  for (const name of serviceNames) launched.push(...(await services[name].start(replicas[name])))
  const console = await consoleProcess.start()
  await untilAllReady([...launched, console])
  for (const name of serviceNames) services[name].supervise()
  consoleProcess.supervise()
  return { services, consoleUrl: console.url }
}

async function untilAllReady(services: Service[]): Promise<void> {
  const waiting = new Set(services.map(({ label }) => label))
  say(`Waiting until ${[...waiting].join(', ')} are ready…`)
  const timer = setInterval(() => say(`Not ready yet: ${[...waiting].join(', ')}.`), everyMs)
  try {
    await Promise.all(
      services.map(async (service) => {
        await service.ready()
        waiting.delete(service.label)
      }),
    )
  } finally {
    clearInterval(timer)
  }
}
