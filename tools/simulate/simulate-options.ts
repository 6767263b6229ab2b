import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { ScalingPolicy, ScalingRules } from '#autoscaling'
import { Failure } from '../console/failure.mjs'
import { integerOf, numberOf } from '../console/option-values.ts'

/** How the results are told. */
export interface Telling {
  json: boolean
  /** A file for curves, as SVG. */
  picture: string | undefined
}

export interface RunOrder extends Telling {
  command: 'run'
  scenario: Scenario
  /** Lines of the table; 0: none. */
  rows: number
  /** Tell of each change why. */
  explain: boolean
}

export interface ArticleOrder extends Telling {
  command: 'article'
  seed: number
}

export interface SearchOrder extends Telling {
  command: 'search'
  /** All that are to be tried. */
  scenarios: Scenario[]
  /** Seconds that may be waited by such a share of the users. */
  goal: number
  percentile: number
}

export interface HelpOrder {
  command: 'help'
}

export type SimulateOrder = HelpOrder | RunOrder | ArticleOrder | SearchOrder

/** What is simulated, as it was written. */
export interface Scenario extends Record<NumberName, number> {
  profile: string
  scaler: ScalerName
  metric: MetricName
  isEven: boolean
  flags: ReadonlySet<FlagName>
  hasBehavior: boolean
  scaleUp: Pick<ScalingRules, 'policies' | 'selectPolicy'>
  scaleDown: Pick<ScalingRules, 'policies' | 'selectPolicy'>
}

const scalers = ['hpa', 'keda', 'none'] as const
type ScalerName = (typeof scalers)[number]
const metrics = ['average', 'value', 'pods'] as const
type MetricName = (typeof metrics)[number]
const selections = ['Max', 'Min', 'Disabled'] as const

interface NumberOption {
  usual: number
  least: number
  most: number
  isWhole?: true
  /** The scalers that read it; all when it is not said. */
  only?: readonly ScalerName[]
  help: string
}

const MILLION = 1_000_000
const scaling = ['hpa', 'keda'] as const
const numbers = {
  rate: { usual: 35, least: 0, most: 100 * MILLION, help: 'users a second at the most' },
  base: { usual: 2, least: 0, most: 100 * MILLION, help: 'users a second at the least' },
  minutes: { usual: 30, least: 0.1, most: 43_200, help: 'that are simulated' },
  from: {
    usual: 60,
    least: 0,
    most: MILLION * 10,
    help: 'second at which the rate begins to change',
  },
  to: {
    usual: 900,
    least: 0,
    most: MILLION * 10,
    help: 'second at which it has changed, or is back',
  },
  step: {
    usual: 0.1,
    least: 0.01,
    most: 60,
    help: 'seconds of a step; 1 where more than an hour is simulated',
  },
  seed: { usual: 1, least: 0, most: 2 ** 32 - 1, isWhole: true, help: 'of arrivals and phases' },
  partitions: { usual: 12, least: 1, most: 100_000, isWhole: true, help: 'of the topic' },
  replicas: { usual: 1, least: 0, most: 100_000, isWhole: true, help: 'at the beginning' },
  'service-ms': { usual: 200, least: 0.001, most: 10 * MILLION, help: 'for a message' },
  concurrency: {
    usual: 1,
    least: 1,
    most: 100_000,
    isWhole: true,
    help: 'messages that a replica works on at a time',
  },
  'commit-ms': { usual: 50, least: 0, most: MILLION, help: 'between two commits' },
  'join-pause-ms': { usual: 400, least: 0, most: MILLION, help: 'of the group, when members come' },
  'leave-pause-ms': {
    usual: 1_100,
    least: 0,
    most: MILLION,
    help: 'of the group, when members go',
  },
  target: {
    usual: 10,
    least: 0.001,
    most: 1_000 * MILLION,
    only: scaling,
    help: 'lag for each replica, or as --metric says',
  },
  min: { usual: 1, least: 0, most: 100_000, isWhole: true, only: scaling, help: 'replicas' },
  max: { usual: 12, least: 1, most: 100_000, isWhole: true, only: scaling, help: 'replicas' },
  tolerance: { usual: 0.1, least: 0, most: 10, only: scaling, help: 'of the ratio' },
  'up-window': {
    usual: 0,
    least: 0,
    most: 3_600,
    only: scaling,
    help: 'seconds of stabilization, growing',
  },
  'down-window': {
    usual: 300,
    least: 0,
    most: 3_600,
    only: scaling,
    help: 'seconds of stabilization, shrinking',
  },
  'scale-from': {
    usual: 0,
    least: 0,
    most: MILLION * 10,
    only: scaling,
    help: 'second at which the scaler is switched on',
  },
  sync: {
    usual: 15,
    least: 0.1,
    most: 3_600,
    only: scaling,
    help: 'seconds between two looks of the HPA',
  },
  scrape: { usual: 15, least: 0, most: 3_600, only: ['hpa'], help: 'seconds between two scrapes' },
  adapter: {
    usual: 0,
    least: 0,
    most: 3_600,
    only: ['hpa'],
    help: "seconds that the adapter's answer is older",
  },
  average: {
    usual: 0,
    least: 0,
    most: 86_400,
    only: ['hpa'],
    help: 'seconds over which the lag is averaged',
  },
  activation: {
    usual: 0,
    least: 0,
    most: 1_000 * MILLION,
    isWhole: true,
    only: ['keda'],
    help: 'lag above which the first replica starts',
  },
  polling: {
    usual: 30,
    least: 0.1,
    most: 86_400,
    only: ['keda'],
    help: 'seconds between two looks of KEDA',
  },
  cooldown: {
    usual: 300,
    least: 0,
    most: 86_400,
    only: ['keda'],
    help: 'seconds until the last replica goes',
  },
  'pod-start': {
    usual: 5,
    least: 0,
    most: 3_600,
    help: 'seconds from a place on a node to the group',
  },
  'pod-cpu': { usual: 50, least: 1, most: MILLION, help: 'millicores that a replica requests' },
  'node-start': { usual: 90, least: 0, most: 36_000, help: 'seconds' },
  'node-cpu': {
    usual: 1_900,
    least: 1,
    most: MILLION,
    help: 'millicores that a node has for pods',
  },
  'node-pods': {
    usual: 110,
    least: 1,
    most: 10_000,
    isWhole: true,
    help: 'that a node has room for',
  },
  'min-nodes': { usual: 1, least: 1, most: 100_000, isWhole: true, help: 'nodes' },
  'max-nodes': { usual: 30, least: 1, most: 100_000, isWhole: true, help: 'nodes' },
  'node-idle': {
    usual: 600,
    least: 0,
    most: 86_400,
    help: 'seconds without work after which a node goes',
  },
  'other-cpu': { usual: 0, least: 0, most: MILLION, help: 'millicores that all else requests' },
  placeholders: {
    usual: 0,
    least: 0,
    most: 10_000,
    isWhole: true,
    help: 'pods that hold room and give way',
  },
  'placeholder-cpu': { usual: 1_500, least: 1, most: MILLION, help: 'millicores of each' },
} as const satisfies Record<string, NumberOption>
type NumberName = keyof typeof numbers

const flags = {
  'allow-idle': 'more replicas than partitions',
  'limit-to-lag': 'no more replicas than partitions with lag',
  'even-partitions': 'as many replicas as divide the partitions',
  'exclude-persistent': 'partitions whose offset does not move do not count',
} as const
export type FlagName = keyof typeof flags

const DEFAULT_UP = '4/15,100%/15'
const DEFAULT_DOWN = '100%/15'
const MOST_SCENARIOS = 10_000

const help = (name: string, text: string) => `  --${name.padEnd(18)} ${text}`

export const helpOnSimulate = `npm run simulate -- [options]
npm run simulate -- search --goal S [options]; numbers may then be lists: --target 5,10,20
npm run simulate -- article [--seed N] [--json] [--picture FILE]

${[
  help('profile P', 'step (usual), ramp, day, flash or a .csv file of seconds and users a second'),
  ...Object.entries(numbers).map(([name, option]) =>
    help(`${name} N`, `${option.help} (${option.usual})`),
  ),
  help('even', 'users come evenly, not at random'),
  help('scaler S', `${scalers.join(', ')} (hpa)`),
  help('metric M', 'average for each replica (usual), value in all, or pods: the whole for each'),
  help('up P,…', `policies: 4/15 are 4 pods in 15 s, 100%/15 so many per cent (${DEFAULT_UP})`),
  help('down P,…', `likewise (${DEFAULT_DOWN})`),
  help('up-select S', `${selections.join(', ')} (Max); --down-select likewise`),
  help('without-behavior', 'an HPA without a behavior at all'),
  ...Object.entries(flags).map(([name, text]) => help(name, `KEDA: ${text}`)),
  help('rows N', 'of the table (20)'),
  help('explain', 'why, for each change'),
  help('goal S', 'search: seconds that may be waited'),
  help('percentile P', 'search: by so many per cent of the users (99)'),
  help('json', 'all of it as JSON'),
  help('picture FILE', 'the curves as SVG'),
].join('\n')}`

const strings = [
  'profile',
  'scaler',
  'metric',
  'up',
  'down',
  'up-select',
  'down-select',
  'rows',
  'goal',
  'percentile',
  'picture',
] as const
const booleans = [
  'even',
  'explain',
  'json',
  'without-behavior',
  ...(Object.keys(flags) as FlagName[]),
] as const
type Values = Partial<Record<(typeof strings)[number] | NumberName, string>> &
  Partial<Record<(typeof booleans)[number], boolean>>

/** @throws Failure when the arguments are not understood, or one would be ignored */
export function parseSimulateOptions(args: string[]): SimulateOrder {
  if (args.includes('--help')) return { command: 'help' }
  const { values, positionals } = parse(args)
  const [command = 'run', ...more] = positionals
  if (more.length > 0) refuse(`"${more.join(' ')}" is too much`)
  const telling: Telling = { json: values.json ?? false, picture: values.picture }
  if (command === 'article') {
    const known = ['seed', 'json', 'picture']
    const other = Object.keys(values).find((name) => !known.includes(name))
    if (other) refuse(`article has its own settings and takes no --${other}`)
    return { ...telling, command, seed: numberIn('seed', values.seed) }
  }
  if (command === 'search') {
    for (const name of ['rows', 'explain'] as const) {
      if (values[name] !== undefined) refuse(`search takes no --${name}`)
    }
    if (values.goal === undefined) return refuse('search needs a --goal of so many seconds')
    return {
      ...telling,
      command,
      goal: numberOf('goal', values.goal, 0.001, 1e6),
      percentile: numberOf('percentile', values.percentile ?? '99', 1, 100),
      scenarios: scenariosOf(values),
    }
  }
  if (command !== 'run') refuse(`There is no command "${command}"`)
  for (const name of ['goal', 'percentile'] as const) {
    if (values[name] !== undefined) refuse(`--${name} is for search only`)
  }
  return {
    ...telling,
    command: 'run',
    scenario: scenarioOf(values),
    rows: integerOf('rows', values.rows ?? '20', 0, 10_000),
    explain: values.explain ?? false,
  }
}

function parse(args: string[]): { values: Values; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = {}
  for (const name of [...strings, ...Object.keys(numbers)]) options[name] = { type: 'string' }
  for (const name of booleans) options[name] = { type: 'boolean' }
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    return { values, positionals }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return refuse(error.message.split(/\.\s/)[0]!)
  }
}

function refuse(sentence: string): never {
  throw new Failure(`${sentence}.\n\n${helpOnSimulate}`)
}

/** Every combination of the lists. */
function scenariosOf(values: Values): Scenario[] {
  let all: Values[] = [values]
  for (const name of Object.keys(numbers) as NumberName[]) {
    const list = values[name]?.split(',')
    if (list && list.length > 1)
      all = all.flatMap((one) => list.map((text) => ({ ...one, [name]: text })))
    if (all.length > MOST_SCENARIOS) refuse(`These are more than ${MOST_SCENARIOS} combinations`)
  }
  return all.map(scenarioOf)
}

function scenarioOf(values: Values): Scenario {
  const scaler = oneOf('scaler', values.scaler ?? 'hpa', scalers)
  const metric = oneOf('metric', values.metric ?? 'average', metrics)
  refuseIgnored(values, scaler)
  const read = Object.fromEntries(
    (Object.keys(numbers) as NumberName[]).map((name) => [name, numberIn(name, values[name])]),
  ) as Record<NumberName, number>
  if (values.step === undefined && read.minutes > 60) read.step = 1
  if (values.to === undefined) read.to = Math.max(read.from, read.minutes * 30)
  if (read.to < read.from) refuse(`--to ${read.to} is before --from ${read.from}`)
  if (scaler === 'keda' && metric === 'pods') refuse('KEDA knows no --metric pods')
  return {
    ...read,
    profile: values.profile ?? 'step',
    scaler,
    metric,
    isEven: values.even ?? false,
    flags: new Set((Object.keys(flags) as FlagName[]).filter((name) => values[name])),
    hasBehavior: !values['without-behavior'],
    scaleUp: {
      policies: policiesOf('up', values.up ?? DEFAULT_UP),
      selectPolicy: oneOf('up-select', values['up-select'] ?? 'Max', selections),
    },
    scaleDown: {
      policies: policiesOf('down', values.down ?? DEFAULT_DOWN),
      selectPolicy: oneOf('down-select', values['down-select'] ?? 'Max', selections),
    },
  }
}

/** An option that would do nothing is a misunderstanding. */
function refuseIgnored(values: Values, scaler: ScalerName): void {
  for (const [name, option] of Object.entries(numbers) as [NumberName, NumberOption][]) {
    if (values[name] === undefined || !option.only || option.only.includes(scaler)) continue
    refuse(`--${name} is nothing to a scaler "${scaler}"`)
  }
  const kedaOnly = Object.keys(flags) as FlagName[]
  const scalingOnly = [
    'metric',
    'up',
    'down',
    'up-select',
    'down-select',
    'without-behavior',
    'explain',
  ] as const
  const ignored = [
    ...(scaler === 'keda' ? [] : kedaOnly),
    ...(scaler === 'none' ? scalingOnly : []),
  ].find((name) => values[name] !== undefined)
  if (ignored) refuse(`--${ignored} is nothing to a scaler "${scaler}"`)
  const ofBehavior = ['up', 'down', 'up-select', 'down-select', 'up-window'] as const
  const contradiction = ofBehavior.find((name) => values[name] !== undefined)
  if (values['without-behavior'] && contradiction) {
    refuse(`--${contradiction} is part of a behavior, and there is none with --without-behavior`)
  }
}

function numberIn(name: NumberName, text: string | undefined): number {
  const option: NumberOption = numbers[name]
  if (text === undefined) return option.usual
  const read = option.isWhole ? integerOf : numberOf
  return read(name, text, option.least, option.most)
}

function oneOf<Name extends string>(option: string, text: string, known: readonly Name[]): Name {
  const name = known.find((one) => one === text)
  if (name) return name
  throw new Failure(`--${option} is "${text}": use ${known.join(', ')}.`)
}

function policiesOf(option: string, text: string): ScalingPolicy[] {
  return text.split(',').map((part) => {
    const [, value, percent, period] = /^(\d+)(%?)\/(\d+)$/.exec(part.trim()) ?? []
    if (value === undefined) {
      throw new Failure(`--${option} is "${text}": write 4/15 for 4 pods in 15 s, or 100%/15.`)
    }
    return {
      type: percent === '%' ? 'Percent' : 'Pods',
      value: Number(value),
      periodSeconds: Number(period),
    }
  })
}
