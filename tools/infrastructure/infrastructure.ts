import type { Roster } from '../processes/roster.ts'
import { supervise } from '../processes/supervisor.ts'
import { startBroker, type Broker } from './broker.ts'
import { startDatabase, type Database } from './database.ts'
import type { Footprint, ServerOptions } from './options.ts'

/** Broker and database at once. When one cannot be had, the other one is waited for before that is said. */
export async function startInfrastructure(options: {
  directory: string
  roster: Roster
  footprint?: Footprint
  /** Starts both even where the environment names one. */
  own?: boolean
  broker?: Pick<ServerOptions, 'preferredPort'>
  database?: Pick<ServerOptions, 'preferredPort'>
}): Promise<{ broker: Broker; database: Database }> {
  const { broker: forBroker, database: forDatabase, ...shared } = options
  const [broker, database] = await Promise.allSettled([
    startBroker({ ...shared, ...forBroker }),
    startDatabase({ ...shared, ...forDatabase }),
  ])
  if (broker.status === 'rejected') throw broker.reason
  if (database.status === 'rejected') throw database.reason
  return { broker: broker.value, database: database.value }
}

/** Where one looks for them. */
export const usualPorts = {
  broker: { preferredPort: 9092 },
  database: { preferredPort: 27017 },
}

/** The same, announced in the state on disk, and started again should they end. */
export async function startSupervisedInfrastructure(
  options: Parameters<typeof startInfrastructure>[0],
): Promise<{ broker: Broker; database: Database }> {
  const { roster } = options
  const { broker, database } = await startInfrastructure(options)
  roster.announceBroker(broker.address)
  for (const server of [broker, database]) {
    void supervise(roster, `The ${server.name}`, server, async () => {
      await server.start()
      return server
    })
  }
  return { broker, database }
}
