import type { Pace } from './proxy.ts'
import { Random } from './random.ts'

/** What can be harmed; a link is the network between one process of a service and one server. */
export type Sort = 'service' | 'broker' | 'database' | 'link'

export interface Victim {
  name: string
  sort: Sort
}

/**
 * `kill` (SIGKILL) and `stop` (SIGTERM) until it is started again, `pause` (SIGSTOP) until it goes on; of a link: `cut`
 * (reset and refused), `slow`, and `stall` (nothing comes through, nobody is told).
 */
export const kinds = ['kill', 'stop', 'pause', 'cut', 'slow', 'stall'] as const
export type Kind = (typeof kinds)[number]

export interface Fault {
  /** Milliseconds since the run began. */
  at: number
  kind: Kind
  victim: Victim
  /** Milliseconds until it is started again, goes on or is mended. */
  lasts: number
  /** Of a slow link. */
  pace?: Pace
}

/** Milliseconds between two faults, on average, if none had to be left out. */
const EVERY = 1_800
/** Victims that are not well at a time, at most: beyond it, the next fault is left out. */
const MOST_AT_ONCE = 6

/** How often each is harmed: a server takes the whole system with it. */
const SORTS: Record<Sort, number> = { service: 60, link: 28, broker: 6, database: 6 }

const PROCESS_KINDS = { kill: 4, stop: 2, pause: 3 }
const KINDS: Record<Sort, Partial<Record<Kind, number>>> = {
  service: PROCESS_KINDS,
  broker: PROCESS_KINDS,
  database: PROCESS_KINDS,
  link: { cut: 2, slow: 2, stall: 1 },
}

/** Milliseconds until it is over. */
const LASTS: Record<Kind, (random: Random) => number> = {
  kill: (random) => random.between(0, 3_000),
  stop: (random) => random.between(0, 3_000),
  // Mostly short, up to twenty seconds: longer than a group waits for a member.
  pause: (random) => 300 + 19_700 * random.next() ** 2,
  cut: (random) => random.between(300, 8_000),
  slow: (random) => random.between(3_000, 15_000),
  stall: (random) => random.between(1_000, 15_000),
}

/** About how long each takes to be well again after a kill or a stop, and is then left alone; milliseconds. */
const RECOVERS: Record<Sort, number> = { service: 4_000, broker: 8_000, database: 8_000, link: 0 }
const RESTS: Record<Sort, number> = {
  service: 5_000,
  broker: 15_000,
  database: 15_000,
  link: 5_000,
}

/** The faults of a run, in order and without an end: they follow from the seed alone. */
export function* schedule(seed: number, victims: readonly Victim[]): Generator<Fault, never> {
  const random = new Random(seed)
  const wellFrom = new Map<Victim, number>()
  let at = 0
  for (;;) {
    at += random.gap(EVERY)
    const unwell = victims.filter((victim) => (wellFrom.get(victim) ?? 0) > at)
    if (unwell.length >= MOST_AT_ONCE) continue
    const sort = random.weighted(SORTS)
    const free = victims.filter(
      (victim) =>
        victim.sort === sort && (wellFrom.get(victim) ?? -RESTS[sort]) + RESTS[sort] <= at,
    )
    if (free.length === 0) continue
    const fault = faultOf(random, at, random.pick(free))
    const recovers = fault.kind === 'kill' || fault.kind === 'stop' ? RECOVERS[sort] : 0
    wellFrom.set(fault.victim, at + fault.lasts + recovers)
    yield fault
  }
}

function faultOf(random: Random, at: number, victim: Victim): Fault {
  const kind = random.weighted(KINDS[victim.sort])
  const fault = { at: Math.round(at), kind, victim, lasts: Math.round(LASTS[kind](random)) }
  if (kind !== 'slow') return fault
  return { ...fault, pace: paceOf(random) }
}

function paceOf(random: Random): Pace {
  return {
    delay: Math.round(random.between(5, 500)),
    bytesPerSecond: Math.round(2 ** random.between(13, 20)),
  }
}
