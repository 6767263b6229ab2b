import { parseArgs } from 'node:util'
import { Failure } from '../console/failure.mjs'

/** Overlays that need nothing filled in; `cloud` is the reader's own, see docs/cluster.md. */
const overlays = ['local', 'local-istio'] as const

export type Overlay = (typeof overlays)[number]

export interface ClusterOptions {
  command: 'up' | 'down'
  overlay: Overlay
  /** The context of kubectl; undefined: a kind cluster of our own. */
  context: string | undefined
  /** Where images are pushed, without a slash at its end; undefined: loaded into the nodes. */
  registry: string | undefined
}

const allowed =
  'use npm run cluster:up or cluster:down, after "--" with --overlay local|local-istio, --context <name> and --registry <host>/<path>'

/** @throws Failure when the arguments of `npm run cluster` are not understood */
export function parseClusterOptions(args: string[]): ClusterOptions {
  const { values, positionals } = parse(args)
  const [command, ...more] = positionals
  if (command !== 'up' && command !== 'down') {
    const fault =
      command === undefined ? 'No command was given' : `There is no command "${command}"`
    throw new Failure(`${fault}: ${allowed}.`)
  }
  if (more.length > 0) throw new Failure(`"${more.join(' ')}" is too much: ${allowed}.`)
  const overlay = overlays.find((known) => known === (values.overlay ?? 'local'))
  if (overlay === undefined) {
    throw new Failure(
      `--overlay ${values.overlay}: write ${overlays.join(' or ')}; how the cloud overlay is applied is in docs/cluster.md.`,
    )
  }
  const registry = values.registry?.replace(/\/+$/, '')
  if (registry !== undefined && !/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/.test(registry)) {
    throw new Failure(`--registry ${values.registry}: write <host>/<path>, without https://.`)
  }
  return { command, overlay, context: values.context, registry }
}

function parse(args: string[]) {
  const options = {
    overlay: { type: 'string' },
    context: { type: 'string' },
    registry: { type: 'string' },
  } as const
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [fault] = error.message.split(/\.\s/)
    throw new Failure(`${fault}: ${allowed}.`)
  }
}
