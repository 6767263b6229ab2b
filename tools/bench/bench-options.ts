import { parseArgs } from 'node:util'
import { Failure } from '../console/failure.mjs'
import { forEachService, type ServiceName } from '../services/service-names.ts'
import { parseReplicas } from '../services/start-options.ts'

/** What can be measured, in the order in which it is. */
export const parts = [
  'steady',
  'half',
  'quiet',
  'soak',
  'overload',
  'backlog',
  'history',
  'partitions',
  'stock',
] as const
export type Part = (typeof parts)[number]

export interface BenchOptions {
  parts: ReadonlySet<Part>
  /** Users a second; undefined: the highest sustained rate is searched for. */
  rate: number | undefined
  /** Of the steady run. */
  seconds: number
  soakMinutes: number
  partitions: number
  connections: number
  /** Users that the approval service works on at a time. */
  approvalConcurrency: number
  backlog: number
  replicas: Record<ServiceName, number>
  /** A folder for profiles of the services' processor time. */
  profile: string | undefined
}

export const helpOnBench = `npm run bench -- [options]

  --only PART,…      of ${parts.join(', ')}; all but soak if not said
  --rate N           users a second, instead of searching for the highest sustained rate
  --seconds S        of the steady run (60)
  --soak MINUTES     run at that rate for so long, and see whether memory stays flat
  --partitions N     of each topic (12)
  --connections N    of the load generator (512)
  --concurrency N    users that the approval service works on at a time (4000)
  --backlog N        operations in the backlog (100000)
  --replicas S=N     processes of a service (1 each)
  --profile FOLDER   write a CPU profile of each service there`

/** @throws Failure when the arguments are not understood */
export function parseBenchOptions(args: string[]): BenchOptions {
  const { values } = parse(args)
  const soakMinutes = values.soak === undefined ? 0 : numberOf('soak', values.soak, 0.1)
  const replicas = forEachService(() => 1)
  for (const value of values.replicas ?? []) {
    const [name, count] = parseReplicas(value)
    replicas[name] = count
  }
  return {
    parts: partsOf(values.only, soakMinutes > 0),
    rate: values.rate === undefined ? undefined : numberOf('rate', values.rate, 0.1),
    seconds: numberOf('seconds', values.seconds, 5),
    soakMinutes: soakMinutes || 10,
    partitions: Math.floor(numberOf('partitions', values.partitions, 1)),
    connections: Math.floor(numberOf('connections', values.connections, 1)),
    approvalConcurrency: Math.floor(numberOf('concurrency', values.concurrency, 1)),
    backlog: Math.floor(numberOf('backlog', values.backlog, 1)),
    replicas,
    profile: values.profile,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        rate: { type: 'string' },
        seconds: { type: 'string', default: '60' },
        soak: { type: 'string' },
        partitions: { type: 'string', default: '12' },
        connections: { type: 'string', default: '512' },
        concurrency: { type: 'string', default: '4000' },
        backlog: { type: 'string', default: '100000' },
        replicas: { type: 'string', multiple: true },
        profile: { type: 'string' },
      },
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Failure(`${error.message.split('. ')[0]}.\n\n${helpOnBench}`)
  }
}

function partsOf(only: string | undefined, withSoak: boolean): ReadonlySet<Part> {
  if (only === undefined) {
    return new Set(parts.filter((part) => part !== 'soak' || withSoak))
  }
  return new Set(
    only.split(',').map((name) => {
      const part = parts.find((known) => known === name.trim())
      if (part) return part
      throw new Failure(`--only ${only}: there is no part "${name}", use ${parts.join(', ')}.`)
    }),
  )
}

function numberOf(name: string, text: string, least: number): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number >= least) return number
  throw new Failure(`--${name} is "${text}": give a number, ${least} or more.`)
}
