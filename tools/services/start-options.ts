import { parseArgs } from 'node:util'
import { Failure } from '../console/failure.mjs'
import { forEachService, isServiceName, serviceNames, type ServiceName } from './service-names.ts'

const mostReplicas = 50

export interface StartOptions {
  fresh: boolean
  replicas: Record<ServiceName, number>
}

/** @throws Failure when the arguments of `npm start` are not understood */
export function parseStartOptions(args: string[]): StartOptions {
  const { values } = parse(args)
  const replicas = forEachService(() => 1)
  for (const value of values.replicas ?? []) {
    const [name, count] = parseReplicas(value)
    replicas[name] = count
  }
  return { fresh: values.fresh ?? false, replicas }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: { fresh: { type: 'boolean' }, replicas: { type: 'string', multiple: true } },
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [fault] = error.message.split('. ')
    throw new Failure(
      `${fault}: the options of npm start, after "--", are --fresh and --replicas <service>=<number>.`,
    )
  }
}

/** @throws Failure when it is not `<service>=<number>` */
export function parseReplicas(value: string): [ServiceName, number] {
  const [name = '', count = ''] = value.split('=')
  if (!isServiceName(name)) {
    throw new Failure(
      `--replicas ${value}: there is no service "${name}", use one of ${serviceNames.join(', ')}.`,
    )
  }
  if (!/^\d+$/.test(count) || Number(count) > mostReplicas) {
    throw new Failure(
      `--replicas ${value}: write ${name}=<number>, the number from 0 to ${mostReplicas}.`,
    )
  }
  return [name, Number(count)]
}
