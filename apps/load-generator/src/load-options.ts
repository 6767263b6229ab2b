import { parseArgs } from 'node:util'

export interface LoadOptions {
  /** Of operation-service, without a slash at its end. */
  url: string
  /** Users a second, sent on time whatever the answers do (open loop); undefined: closed loop. */
  rate: number | undefined
  /** Open loop: the most connections. Closed loop: each sends its next user when the last one is answered. */
  connections: number
  /** Seconds that are measured. */
  duration: number
  /** Seconds before them, which are not. */
  warmUp: number
  /** One JSON object a line instead of text. */
  json: boolean
  /** A file for the ids of everything accepted, warm-up included. */
  ids: string | undefined
}

export const helpOnOptions = `Creates users, and measures how they are accepted.

  --url URL          where operation-service is (http://localhost:3000)
  --rate N           open loop: N users a second, sent on time however slow the answers are
  --connections N    open loop: at most so many; closed loop, without --rate: so many clients, one request each (64)
  --duration S       seconds that are measured (30)
  --warm-up S        seconds before that, not measured (5)
  --ids FILE         write the ids of what was accepted, one a line
  --json             print JSON lines: {"second":…} each second, {"report":…} at the end`

/** @throws Error with one sentence when the arguments are not understood */
export function parseLoadOptions(args: string[]): LoadOptions {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string', default: 'http://localhost:3000' },
      rate: { type: 'string' },
      connections: { type: 'string', default: '64' },
      duration: { type: 'string', default: '30' },
      'warm-up': { type: 'string', default: '5' },
      ids: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    url: urlOf(values.url),
    rate: values.rate === undefined ? undefined : numberOf('rate', values.rate, 0.1, 1_000_000),
    connections: Math.floor(numberOf('connections', values.connections, 1, 10_000)),
    duration: numberOf('duration', values.duration, 1, 86_400),
    warmUp: numberOf('warm-up', values['warm-up'], 0, 3_600),
    json: values.json,
    ids: values.ids,
  }
}

function urlOf(text: string): string {
  const url = URL.parse(text)
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new Error(`--url is "${text}": give an address that begins with http:// or https://.`)
  }
  if (url.pathname.replace(/\/+$/, '') + url.search + url.hash === '') return url.origin
  throw new Error(`--url is "${text}": give the address alone, without a path: ${url.origin}.`)
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (text.trim() !== '' && number >= least && number <= most) return number
  throw new Error(`--${name} is "${text}": give a number from ${least} to ${most}.`)
}
