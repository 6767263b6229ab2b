import { parseArgs } from 'node:util'
import { Failure } from '../console/failure.mjs'
import { integerOf, numberOf } from '../console/option-values.ts'

export interface TortureOptions {
  /** What the choice of faults follows from. */
  seed: number
  /** The run ends after so long; undefined: after its faults. */
  minutes: number | undefined
  /** The run ends after so many faults; undefined: after its time. */
  faults: number | undefined
  /** Users a second. */
  rate: number
  /** Whether each fault is told at the terminal, too. */
  verbose: boolean
}

export const helpOnTorture = `npm run torture -- [options]

  --minutes M    how long faults are injected (10)
  --faults N     end after so many faults instead
  --seed N       repeats the choices of the run that printed it
  --rate N       users a second (150)
  --verbose      tell of each fault here, not only in the log`

const MOST_FAULTS = 1_000_000
const MOST_SEED = 2 ** 32 - 1

/** @throws Failure when the arguments are not understood */
export function parseTortureOptions(args: string[]): TortureOptions {
  const { values } = parse(args)
  const faults =
    values.faults === undefined ? undefined : integerOf('faults', values.faults, 0, MOST_FAULTS)
  const minutes = values.minutes ?? (faults === undefined ? '10' : undefined)
  return {
    seed: values.seed === undefined ? randomSeed() : integerOf('seed', values.seed, 0, MOST_SEED),
    minutes: minutes === undefined ? undefined : numberOf('minutes', minutes, 0.1, 1_440),
    faults,
    rate: numberOf('rate', values.rate, 1, 2_000),
    verbose: values.verbose,
  }
}

export function randomSeed(): number {
  return Math.floor(Math.random() * 1_000_000)
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        minutes: { type: 'string' },
        faults: { type: 'string' },
        seed: { type: 'string' },
        rate: { type: 'string', default: '150' },
        verbose: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Failure(`${error.message.split('. ')[0]}.\n\n${helpOnTorture}`)
  }
}
