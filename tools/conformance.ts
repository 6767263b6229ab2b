import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { knownIds } from './conformance/known-ids.ts'
import { schemathesis } from './conformance/schemathesis.ts'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { startBroker } from './infrastructure/broker.ts'
import { eraseData } from './infrastructure/data.ts'
import { startDatabase } from './infrastructure/database.ts'
import { claim } from './processes/claim.ts'
import { serviceNames } from './services/service-names.ts'
import { startService } from './services/service.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, tidewayDirectory } from './workspace/paths.mjs'

// `npm run conformance`: schemathesis asks both APIs, right and wrong, and holds the answers against their documents.
const directory = join(tidewayDirectory, 'conformance')
const interruptedCode = 130
const apis = ['operation-service', 'user-service']

await runAsCommand(async (roster) => {
  await claim(join(directory, 'state.json'), lockFile('conformance'), roster)
  const [command, ...args] = await schemathesis(roster)
  await ensureBuilt(roster)
  await eraseData(directory)
  mkdirSync(directory, { recursive: true })
  const server = { directory, roster, own: true, footprint: 'small' } as const
  const [broker, database] = await Promise.all([startBroker(server), startDatabase(server)])
  const env = {
    KAFKA_BROKERS: broker.address,
    MONGODB_URI: database.uri,
    APPROVAL_CONCURRENCY: '100',
  }
  const services = await Promise.all(
    serviceNames.map((name) => startService(name, { env, directory, roster })),
  )

  const asked = services.filter(({ label }) => apis.includes(label))
  const ids = await knownIds(asked[0]!.url)
  const settings = readFileSync(
    join(import.meta.dirname, 'conformance', 'schemathesis.toml'),
    'utf8',
  )
  // Read from there, where Hypothesis keeps what it has found, too.
  writeFileSync(
    join(directory, 'schemathesis.toml'),
    settings.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => ids[name]!),
  )

  let code = 0
  for (const { label, url } of asked) {
    say(`\n${label}:`)
    const run = roster.launch('helper', {
      name: 'schemathesis',
      command: command!,
      args: [...args, 'run', `${url}/docs/openapi.json`, ...process.argv.slice(2)],
      cwd: directory,
      output: 'terminal',
    })
    code = Math.max(code, (await run.exited).code)
  }
  return { code }
}, interruptedCode)
