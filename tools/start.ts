import { join } from 'node:path'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { startInfrastructure } from './infrastructure/infrastructure.ts'
import { withoutPassword } from './infrastructure/connection-string.ts'
import { eraseData } from './infrastructure/data.ts'
import { claim } from './processes/claim.ts'
import { startStateFile } from './processes/run-state.ts'
import { supervise } from './processes/supervisor.ts'
import { greeting } from './services/greeting.ts'
import { checkPortsAreFree, servicePorts } from './services/service-ports.ts'
import { parseStartOptions } from './services/start-options.ts'
import { replicasToRun, runServices } from './services/system.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, shown, tidewayDirectory } from './workspace/paths.mjs'

// `npm start`: the whole system on this machine, until it is interrupted.
const directory = join(tidewayDirectory, 'start')

await runAsCommand(async (roster) => {
  const options = parseStartOptions(process.argv.slice(2))
  const ports = servicePorts(process.env)
  await claim(startStateFile, lockFile('start'), roster)
  const wanted = replicasToRun(options.replicas, ports)
  await checkPortsAreFree(wanted.flatMap(({ name, port }) => (port ? [{ name, port }] : [])))
  if (options.fresh) await eraseData(directory)
  await ensureBuilt(roster)

  const { broker, database } = await startInfrastructure({
    directory,
    roster,
    broker: { preferredPort: 9092 },
    database: { preferredPort: 27017 },
  })
  roster.announceBroker(broker.address)
  for (const server of [broker, database]) {
    void supervise(roster, `The ${server.name}`, server, async () => {
      await server.start()
      return server
    })
  }
  const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
  say(`Logs: ${shown(join(directory, 'logs'))}`)
  await runServices(wanted, { env, directory, roster })

  const api = options.replicas['operation-service'] > 0 ? ports['operation-service'] : undefined
  for (const line of greeting(api, broker.address, withoutPassword(database.uri))) say(line)
  return new Promise<never>(() => {})
}, 0)
