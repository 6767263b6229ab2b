import { say } from '../console/say.ts'
import type { Roster } from '../processes/roster.ts'
import { supervise } from '../processes/supervisor.ts'
import { launchService, type Service, type ServiceOptions } from './service.ts'
import { serviceNames, type ServiceName } from './service-names.ts'

const everyMs = 5_000

/** The processes to run, first to last: the first replica of a service has the port that is known outside. */
export function replicasToRun(
  replicas: Record<ServiceName, number>,
  ports: Record<ServiceName, number>,
): { name: ServiceName; label: string; port?: number }[] {
  return serviceNames.flatMap((name) =>
    Array.from({ length: replicas[name] }, (_, index) => ({
      name,
      label: `${name}-${index + 1}`,
      ...(index === 0 && { port: ports[name] }),
    })),
  )
}

/**
 * Runs all services, waits until every one is ready, and starts again what ends from then on.
 *
 * @throws Failure when one ends before, or is not ready in time
 */
export async function runServices(
  wanted: ReturnType<typeof replicasToRun>,
  options: Pick<ServiceOptions, 'env' | 'directory'> & { roster: Roster },
): Promise<void> {
  const running: { name: ServiceName; service: Service }[] = []
  for (const { name, ...replica } of wanted) {
    running.push({ name, service: await launchService(name, { ...options, ...replica }) })
  }
  await untilAllReady(running.map(({ service }) => service))
  for (const { name, service } of running) {
    const { label, port } = service
    void supervise(options.roster, label, service, () =>
      // Not until it is ready: a service waits for its broker and database by itself.
      launchService(name, { ...options, label, port }),
    )
  }
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
