import { parseArgs } from 'node:util'
import { Failure } from '../console/failure.mjs'
import { integerOf, numberOf } from '../console/option-values.ts'
import { partitions } from './script.ts'

export interface DemoOptions {
  acts: readonly (1 | 2)[]
  /** Users a second of the first act; the second one begins with them and goes up to 7/3 of them. */
  rate: number
  maxReplicas: number
  /** Whether no browser is opened. */
  isHeadless: boolean
  /** A file for what was seen, as JSON. */
  record: string | undefined
}

export const helpOnDemo = `npm run demo -- [options]

  --act N            only act 1, without scaling, or only act 2, with it
  --rate N           users a second of the first act (15); the second one goes up to 7/3 of them
  --max-replicas N   as many as the scaler may start in the second act (${partitions}: a partition each)
  --headless         no browser is opened
  --record FILE      keep there what was seen, as JSON`

const MOST_RATE = 200

/** @throws Failure when the arguments are not understood, or one would be ignored */
export function parseDemoOptions(args: string[]): DemoOptions {
  const { act, rate, headless, record, 'max-replicas': most } = parse(args)
  const acts = actsOf(act)
  if (most !== undefined && !acts.includes(2)) {
    throw new Failure('--max-replicas is nothing to act 1, which does not scale.')
  }
  return {
    acts,
    rate: numberOf('rate', rate, 1, MOST_RATE),
    maxReplicas: most === undefined ? partitions : integerOf('max-replicas', most, 1, partitions),
    isHeadless: headless,
    record,
  }
}

function actsOf(act: string | undefined): DemoOptions['acts'] {
  if (act === undefined) return [1, 2]
  if (act === '1') return [1]
  if (act === '2') return [2]
  throw new Failure(`--act is "${act}": there are 1 and 2.`)
}

function parse(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        act: { type: 'string' },
        rate: { type: 'string', default: '15' },
        'max-replicas': { type: 'string' },
        headless: { type: 'boolean', default: false },
        record: { type: 'string' },
      },
    })
    return values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Failure(`${error.message.split('. ')[0]}.\n\n${helpOnDemo}`)
  }
}
