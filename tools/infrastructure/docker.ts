import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { withProgress } from '../console/progress.ts'
import { say } from '../console/say.ts'
import type { ManagedProcess } from '../processes/managed-process.ts'
import { probe } from '../processes/probe.ts'
import type { Roster } from '../processes/roster.ts'
import { runTool } from '../processes/run-tool.ts'
import type { Found } from './found.ts'

const ownerLabels = ['tideway.directory', 'tideway.run'] as const
const stalledPullMs = 60_000
/** Longer than anybody waits: how long something may take to stop is decided by who stops it. */
const stopSeconds = 120

/** Whether a Docker engine answers and has the image, or can pull it. */
export async function findDockerImage(image: string, roster: Roster): Promise<Found<object>> {
  if (!(await engineAnswers())) return { isThere: false, reason: 'no Docker engine answered' }
  if ((await probe('docker', ['image', 'inspect', image])).succeeded) return { isThere: true }
  const problem = await pull(image, roster)
  if (problem === undefined) return { isThere: true }
  say(`Docker could not pull ${image} (${problem}).`)
  return { isThere: false, reason: `Docker could not pull ${image}` }
}

async function engineAnswers(): Promise<boolean> {
  return (await probe('docker', ['version', '--format', '{{.Server.Version}}'], 5_000)).succeeded
}

async function pull(image: string, roster: Roster): Promise<string | undefined> {
  let problem: string | undefined
  await withProgress(`Pulling ${image}`, async () => {
    const { succeeded, tail } = await runTool(roster, {
      name: 'docker pull',
      command: 'docker',
      args: ['pull', image],
      silentForMs: stalledPullMs,
    })
    if (!succeeded) problem = tail.at(-1) ?? `nothing came for ${stalledPullMs / 1000} s`
  })
  return problem
}

/**
 * The name of a container, and of the volume with its data. It follows from the directory that the data
 * belongs to, so that the next run finds both.
 */
export function dockerName(directory: string, purpose: string): string {
  const hash = createHash('sha256').update(directory).digest('hex').slice(0, 8)
  return `tideway-${basename(directory)}-${hash}-${purpose}`
}

export interface ContainerOrder {
  role: 'broker' | 'database'
  name: string
  image: string
  /** Published on 127.0.0.1. */
  port: { host: number; container: number }
  /** The same, with the same number inside. */
  furtherPorts?: readonly number[]
  /** What the volume belongs to: see `removeVolumesOf`. */
  directory: string
  /** Where in the container the volume of the container's name goes. */
  data: string
  environment?: Record<string, string | number | boolean>
  args?: string[]
  logFile: string
}

/**
 * A container in the shape of a process: the attached `docker run`, which ends when the container does.
 */
export async function runContainer(roster: Roster, order: ContainerOrder): Promise<ManagedProcess> {
  await removeContainer(order.name)
  await createVolume(order.name, order.directory)
  const settings = Object.entries(order.environment ?? {})
  return roster.launch(
    order.role,
    {
      name: order.role,
      command: 'docker',
      args: [
        'run',
        `--name=${order.name}`,
        '--pull=never',
        `--publish=127.0.0.1:${order.port.host}:${order.port.container}`,
        ...(order.furtherPorts ?? []).map((port) => `--publish=127.0.0.1:${port}:${port}`),
        `--volume=${order.name}:${order.data}`,
        ...settings.map(([name, value]) => `--env=${name}=${value}`),
        order.image,
        ...(order.args ?? []),
      ],
      output: { file: order.logFile },
      ending: {
        ask: () => docker('stop', '--time', String(stopSeconds), order.name),
        force: () => docker('kill', order.name),
        tidy: () => removeContainer(order.name),
      },
    },
    order.name,
  )
}

/** Ends it at once where it runs; its volume stays, the anonymous ones of its image go. */
export async function removeContainer(name: string): Promise<void> {
  await docker('rm', '--force', '--volumes', name)
}

/** Labelled with what it belongs to: its directory and, in a test, the run of `npm test`. */
async function createVolume(name: string, directory: string): Promise<void> {
  const run = process.env['TIDEWAY_TEST_DIRECTORY'] ?? directory
  const labels = [`--label=${ownerLabels[0]}=${directory}`, `--label=${ownerLabels[1]}=${run}`]
  await docker('volume', 'create', ...labels, name)
}

/** Removes the volumes that belong to a directory, or to one below it. */
export async function removeVolumesOf(directory: string): Promise<void> {
  const format = `{{.Name}}\t${ownerLabels.map((label) => `{{.Label "${label}"}}`).join('\t')}`
  const list = ['volume', 'ls', `--filter=label=${ownerLabels[0]}`, `--format=${format}`]
  const { succeeded, output } = await probe('docker', list)
  if (!succeeded) return
  for (const line of output.split('\n')) {
    const [name = '', ...owners] = line.split('\t')
    const belongs = owners.some((owner) => `${owner}/`.startsWith(`${directory}/`))
    if (belongs) await docker('volume', 'rm', '--force', name)
  }
}

/** What is gone already is fine, and so is an engine that is. */
async function docker(...args: string[]): Promise<void> {
  await probe('docker', args, stopSeconds * 1000)
}
