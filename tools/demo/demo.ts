import { withoutPassword } from '../infrastructure/connection-string.ts'
import { eraseData } from '../infrastructure/data.ts'
import { startSupervisedInfrastructure, usualPorts } from '../infrastructure/infrastructure.ts'
import type { Footprint } from '../infrastructure/options.ts'
import { say } from '../console/say.ts'
import type { Roster } from '../processes/roster.ts'
import { readyLines } from '../services/greeting.ts'
import { forEachService } from '../services/service-names.ts'
import { portsThatAreFree, servicePorts } from '../services/service-ports.ts'
import { runSystem } from '../services/system.ts'
import { accountsOf, withLatency } from './accounts.ts'
import { ConsoleClient } from './console-client.ts'
import type { Accounts, DemoRun } from './demo-run.ts'
import { play } from './run.ts'
import { partitions, type Script } from './script.ts'

/** What somebody has set for another system: this one has its own broker, asks nobody who they are, and is played as written. */
const unset = Object.fromEntries(
  [
    'KAFKA_SSL',
    'KAFKA_SASL_MECHANISM',
    'KAFKA_SASL_USERNAME',
    'KAFKA_SASL_PASSWORD',
    'API_KEYS',
    'JWT_JWKS_URI',
    'JWT_ISSUER',
    'JWT_AUDIENCE',
    'RATE_LIMIT_PER_MINUTE',
    'APPROVAL_REJECT_PATTERN',
    'SAGA_DEADLINE_MS',
    'TOPIC_PARTITIONS',
    'TOPIC_REPLICATION_FACTOR',
  ].map((name) => [name, '']),
)

/**
 * Runs a system of its own, with a broker and a database of its own, plays the acts on it, and looks what came of all that was accepted.
 *
 * @param directory for data and logs; its data are erased first and last
 * @param options.show is given the console's address once there is something to see
 * @throws Failure when broker or database cannot be had, or something does not come up
 */
export async function demo(
  roster: Roster,
  directory: string,
  script: Script,
  options: { show?: (url: string) => void; footprint?: Footprint } = {},
): Promise<{ run: DemoRun; accounts: Accounts }> {
  const { show = () => {}, footprint = 'normal' } = options
  await eraseData(directory)
  roster.afterwards(() => eraseData(directory))
  const ports = await portsThatAreFree(servicePorts(process.env))
  const shared = { directory, roster }
  const { broker, database } = await startSupervisedInfrastructure({
    ...shared,
    footprint,
    own: true,
    ...usualPorts,
  })
  const { services, consoleUrl } = await runSystem({
    ...shared,
    ports,
    replicas: forEachService(() => 1),
    env: {
      ...unset,
      KAFKA_BROKERS: broker.address,
      MONGODB_URI: database.uri,
      USER_APPROVE_PARTITIONS: String(partitions),
      APPROVAL_WORK_MS: '200',
      APPROVAL_CONCURRENCY: '1',
    },
    consoleEnv: {
      SCALER_SYNC_SECONDS: String(script.syncSeconds),
      SCALER_DOWN_WINDOW_SECONDS: String(script.downWindowSeconds),
      SCALER_MAX_REPLICAS: String(script.maxReplicas),
    },
  })
  const lines = readyLines({
    apiPort: ports['operation-service'],
    consolePort: ports.console,
    broker: broker.address,
    database: withoutPassword(database.uri),
  })
  for (const line of lines) say(line)
  show(`http://localhost:${ports.console}/`)
  const from = new Date()
  const { run, hasEnded } = await play(script, new ConsoleClient(consoleUrl))
  const { accounts, finished } = await accountsOf({
    broker: broker.address,
    database: database.uri,
    operationServices: services['operation-service'].processes.map(({ url }) => url),
    from,
    mayBePending: !hasEnded,
  })
  return { run: withLatency(run, finished), accounts }
}
