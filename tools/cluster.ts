import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseClusterOptions, type ClusterOptions } from './cluster/cluster-options.ts'
import {
  addresses,
  ownContext,
  ownOverlay,
  planCluster,
  type Step,
  type Surroundings,
} from './cluster/cluster-plan.ts'
import { runAsCommand } from './console/command.ts'
import { Failure } from './console/failure.mjs'
import { say } from './console/say.ts'
import { probe } from './processes/probe.ts'
import type { Roster } from './processes/roster.ts'
import { root } from './workspace/paths.mjs'

// `npm run cluster:up` and `cluster:down`: the system on a Kubernetes cluster. Each command that it runs is
// printed as it could be typed.
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const options = parseClusterOptions(process.argv.slice(2))
  const { context, steps, overlayFile } = planCluster(options, await surroundings(options))
  say(`On the cluster of the context ${context}.`)
  if (steps.length === 0) say('There is nothing to remove.')
  if (overlayFile !== undefined) writeOverlay(overlayFile)
  for (const step of steps) await carryOut(step, roster)
  if (options.command === 'up') for (const line of ['', ...addresses(context)]) say(line)
  return { code: 0 }
}, interruptedCode)

async function surroundings({ context }: ClusterOptions): Promise<Surroundings> {
  const contexts = await probe('kubectl', ['config', 'get-contexts', '--output=name'])
  if (contexts.isMissing) throw new Failure('There is no kubectl: install it.')
  const clusters = await probe('kind', ['get', 'clusters'])
  const running = await probe('kubectl', [
    `--context=${context ?? ownContext}`,
    '--namespace=tideway',
    'get',
    'deployment/operation-service',
  ])
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  return {
    hasKind: !clusters.isMissing,
    kindClusters: clusters.succeeded ? clusters.output.split('\n') : [],
    contexts: contexts.output.split('\n').filter((line) => line !== ''),
    isUp: running.succeeded,
    version,
  }
}

function writeOverlay(text: string): void {
  mkdirSync(join(root, ownOverlay), { recursive: true })
  writeFileSync(join(root, ownOverlay, 'kustomization.yaml'), text)
  say(`\nWrote ${ownOverlay}/kustomization.yaml:\n${text.replaceAll(/^/gm, '  ').trimEnd()}`)
}

async function carryOut({ what, commands, whenItFails = [] }: Step, roster: Roster): Promise<void> {
  say(`\n${what}`)
  for (const command of commands) {
    const code = await run(command, roster)
    if (code === 0) continue
    for (const each of whenItFails) await run(each, roster)
    throw new Failure(
      `${command[0]} ended with exit code ${code}: see its message above, and run this again when it is mended.`,
    )
  }
}

async function run([command = '', ...args]: string[], roster: Roster): Promise<number | null> {
  say(`$ ${[command, ...args].join(' ')}`)
  const order = { name: command, command, args, cwd: root, output: 'terminal' } as const
  const { code } = await roster.launch('helper', order).exited
  return code
}
