import { join } from 'node:path'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { startSupervisedInfrastructure, usualPorts } from './infrastructure/infrastructure.ts'
import { withoutPassword } from './infrastructure/connection-string.ts'
import { eraseData } from './infrastructure/data.ts'
import { claim } from './processes/claim.ts'
import { startStateFile } from './processes/run-state.ts'
import { greeting } from './services/greeting.ts'
import { serviceNames } from './services/service-names.ts'
import { checkPortsAreFree, servicePorts } from './services/service-ports.ts'
import { parseStartOptions } from './services/start-options.ts'
import { runSystem } from './services/system.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, shown, tidewayDirectory } from './workspace/paths.mjs'

// `npm start`: the whole system on this machine, until it is interrupted.
const directory = join(tidewayDirectory, 'start')

await runAsCommand(async (roster) => {
  const options = parseStartOptions(process.argv.slice(2))
  const ports = servicePorts(process.env)
  await claim(startStateFile, lockFile('start'), roster)
  const used = serviceNames.filter((name) => options.replicas[name] > 0)
  await checkPortsAreFree(
    [...used, 'console' as const].map((name) => ({ name, port: ports[name] })),
  )
  if (options.fresh) await eraseData(directory)
  await ensureBuilt(roster)

  const { broker, database } = await startSupervisedInfrastructure({
    directory,
    roster,
    ...usualPorts,
  })
  const env = { KAFKA_BROKERS: broker.address, MONGODB_URI: database.uri }
  say(`Logs: ${shown(join(directory, 'logs'))}`)
  await runSystem({ replicas: options.replicas, ports, env, directory, roster })

  const lines = greeting({
    apiPort: used.includes('operation-service') ? ports['operation-service'] : undefined,
    consolePort: ports.console,
    broker: broker.address,
    database: withoutPassword(database.uri),
  })
  for (const line of lines) say(line)
  return new Promise<never>(() => {})
}, 0)
