import { parseArgs, type ParseArgsConfig } from 'node:util'
import { Failure } from '../console/failure.mjs'
import {
  parseAddress,
  parseTopic,
  sourceTopics,
  type Address,
  type SourceTopic,
} from './dead-letter-topics.ts'

const fastest = 100_000

export interface ListOrder {
  command: 'list'
  topics: readonly SourceTopic[]
  json: boolean
}

export interface ShowOrder {
  command: 'show'
  address: Address
  /** Only the value, as it is. */
  raw: boolean
}

export interface RedriveOrder {
  command: 'redrive'
  topics: readonly SourceTopic[]
  dryRun: boolean
  /** How many at most. */
  limit: number
  /** How many a second at most. */
  rate: number
}

export type DlqOrder = ListOrder | ShowOrder | RedriveOrder

/** @throws Failure when the arguments of `npm run dlq` are not understood */
export function parseDlqOptions([command, ...args]: string[]): DlqOrder {
  if (command === 'list') return parseList(args)
  if (command === 'show') return parseShow(args)
  if (command === 'redrive') return parseRedrive(args)
  const fault = command === undefined ? 'No command was given' : `There is no command "${command}"`
  throw new Failure(
    `${fault}: use npm run dlq -- list, show <topic>.dlq/<partition>/<offset> or redrive.`,
  )
}

function parseList(args: string[]): ListOrder {
  const options = { topic: { type: 'string' }, json: { type: 'boolean' } } as const
  const { values } = parse({ args, options }, 'the options of list are --topic <topic> and --json')
  return { command: 'list', topics: topicsOf(values.topic), json: values.json ?? false }
}

function parseShow(args: string[]): ShowOrder {
  const allowed =
    'show takes one address as list prints them, <topic>.dlq/<partition>/<offset>, and --raw'
  const options = { raw: { type: 'boolean' } } as const
  const { positionals, values } = parse({ args, options, allowPositionals: true }, allowed)
  const [address, ...more] = positionals
  if (address === undefined) throw new Failure(`No address was given: ${allowed}.`)
  if (more.length > 0) throw new Failure(`"${more.join(' ')}" is too much: ${allowed}.`)
  return { command: 'show', address: parseAddress(address), raw: values.raw ?? false }
}

function parseRedrive(args: string[]): RedriveOrder {
  const options = {
    topic: { type: 'string' },
    'dry-run': { type: 'boolean' },
    limit: { type: 'string' },
    rate: { type: 'string', default: '100' },
  } as const
  const { values } = parse(
    { args, options },
    'the options of redrive are --topic <topic>, --dry-run, --limit <number> and --rate <number>/s',
  )
  const { topic, limit, rate } = values
  return {
    command: 'redrive',
    topics: topicsOf(topic),
    dryRun: values['dry-run'] ?? false,
    limit: limit === undefined ? Infinity : numberOf('limit', limit, Number.MAX_SAFE_INTEGER),
    rate: numberOf('rate', rate.replace(/\/s$/, ''), fastest),
  }
}

function parse<Config extends ParseArgsConfig>(config: Config, allowed: string) {
  try {
    return parseArgs(config)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const [fault] = error.message.split(/\.\s/)
    throw new Failure(`${fault}: ${allowed}.`)
  }
}

function topicsOf(name: string | undefined): readonly SourceTopic[] {
  return name === undefined ? sourceTopics : [parseTopic(name)]
}

function numberOf(name: string, text: string, most: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
  throw new Failure(`--${name} ${text}: write a whole number from 1 to ${most}.`)
}
