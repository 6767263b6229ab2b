import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'
import { say } from '../console/say.ts'
import type { Roster } from '../processes/roster.ts'
import { shown } from '../workspace/paths.mjs'
import { check, firstOf } from './checks.ts'
import { FaultLog } from './fault-log.ts'
import { inflict, type Tell } from './faults.ts'
import { Load } from './load.ts'
import { Poisoner } from './poison.ts'
import { Random } from './random.ts'
import type { TortureReport } from './report.ts'
import { Rig } from './rig.ts'
import { schedule, type Fault } from './schedule.ts'
import { settle } from './settle.ts'
import { storesOf } from './stores.ts'
import type { TortureOptions } from './torture-options.ts'
import { Witness } from './witness.ts'

/**
 * How long the system may take, once all runs again, until nothing is left to do; in milliseconds. A write of unknown
 * outcome is looked for, by others, for two minutes.
 */
const SETTLE_WITHIN = 240_000
const PROGRESS_EVERY = 10_000
const COUNT_WITHIN = 1_000

/**
 * Runs a system of its own under load, lets faults happen to it, then leaves it in peace and looks whether anything was
 * lost, doubled or changed.
 *
 * @param directory for data and logs; emptied first
 * @throws Failure when broker or database cannot be had
 */
export async function torture(
  roster: Roster,
  directory: string,
  options: TortureOptions,
): Promise<TortureReport> {
  const complaints: string[] = []
  const { promise: broken, reject } = Promise.withResolvers<never>()
  const givingUp = new AbortController()
  const fail = (error: unknown) => {
    reject(error)
    givingUp.abort()
  }
  // It may happen while nobody waits for it.
  broken.catch(() => undefined)
  const logs = join(directory, 'logs')
  const log = new FaultLog(join(logs, 'faults.log'), (line) => options.verbose && say(line))
  const complain = (sentence: string) => {
    complaints.push(sentence)
    log.tell(sentence)
  }
  say(`Starting a broker, a database and two replicas of each service; logs: ${shown(logs)}`)
  const rig = await Rig.start(roster, directory, { complain, fail })
  try {
    return await Promise.race([run(rig, log, complaints, options, givingUp.signal), broken])
  } finally {
    await rig.stop()
  }
}

async function run(
  rig: Rig,
  log: FaultLog,
  complaints: readonly string[],
  options: TortureOptions,
  signal: AbortSignal,
): Promise<TortureReport> {
  const { seed, rate } = options
  const random = new Random(seed)
  const urls = rig.replicasOf('operation-service').map(({ url }) => url)
  const load = new Load(urls, rate)
  const poisoner = new Poisoner(rig.kafka, new Random(random.between(0, 2 ** 32)))
  const witness = new Witness(rig.client, urls, load.accepted, random)
  // In peace, to begin with: the services join their groups.
  const { sentences: unfit } = await settle(rig, [], SETTLE_WITHIN)
  if (unfit.length > 0) throw new Failure(`The system did not come up: ${unfit.join('; ')}.`)

  log.begin()
  const startedAt = new Date()
  const faults: Fault[] = []
  const progress = setInterval(() => void tellProgress(rig, log, faults, load), PROGRESS_EVERY)
  load.start()
  poisoner.start()
  witness.start()
  let seconds = 0
  let endedAt = startedAt
  try {
    await harm(rig, log, options, faults, signal)
  } finally {
    clearInterval(progress)
    seconds = log.elapsed / 1_000
    endedAt = new Date()
    await Promise.all([load.stop(), poisoner.stop(), witness.stop()])
  }

  log.tell('no more faults')
  say('No more faults: waiting until nothing is left to do…')
  const settled = await settle(rig, load.accepted, SETTLE_WITHIN)
  log.tell('settled')
  say('Checking…')
  const { accepted, repeated, contradicted, refused, unanswered, wrong } = load
  const { published: poison } = poisoner
  const { seen } = witness
  const verdict = await check(
    rig,
    { asking: { from: startedAt, until: endedAt }, accepted, poison, seen },
    random,
  )
  const { books, doubled, buried, times } = verdict
  const lost = settled.lost.length
  const openUntold = books.accepted - books.completed - books.failed - lost
  return {
    seed,
    seconds,
    faults,
    accepted: accepted.length,
    repeated,
    refused,
    unanswered,
    completed: books.completed,
    failed: books.failed,
    openUntold,
    lost,
    doubled,
    remembered: seen.outcomes.size + seen.decisions.size + seen.answers.size,
    poison: { published: poison.length, buried },
    settledAfter: settled.seconds,
    longest: times.longest,
    pause: {
      at: (times.pause.since.getTime() - startedAt.getTime()) / 1_000,
      seconds: times.pause.seconds,
    },
    sentences: [
      ...complaints,
      ...Object.entries(wrong).map(([status, count]) => `POST answered ${status} ${count} times`),
      ...firstOf(contradicted),
      ...firstOf(settled.sentences),
      ...(openUntold > 0
        ? [`${openUntold} were stored, told to no client, and have not ended`]
        : []),
      ...verdict.sentences,
    ],
  }
}

/** Lets faults happen until there were enough, and waits until they are over. */
async function harm(
  rig: Rig,
  log: FaultLog,
  { seed, minutes = Infinity, faults: most = Infinity }: TortureOptions,
  faults: Fault[],
  signal: AbortSignal,
): Promise<void> {
  const until = (time: number) => sleep(Math.max(0, time - log.elapsed), undefined, { signal })
  const end = minutes * 60_000
  const tell: Tell = ({ kind, victim, lasts }, phase) => {
    if (phase === 'begins') log.tell(kind.padEnd(5), victim.name, `${(lasts / 1_000).toFixed(1)} s`)
    else log.tell('over ', victim.name, kind)
  }
  for (const fault of schedule(seed, rig.victims)) {
    if (faults.length >= most || fault.at > end) break
    await until(fault.at)
    faults.push(fault)
    inflict(rig, fault, tell)
  }
  if (end < Infinity && faults.length < most) await until(end)
  await rig.over()
}

async function tellProgress(
  rig: Rig,
  log: FaultLog,
  faults: readonly Fault[],
  { accepted, refused, unanswered }: Load,
): Promise<void> {
  const finished = await Promise.race([
    storesOf(rig.client).outcomes.countDocuments({}, { hint: '_id_' }),
    sleep(COUNT_WITHIN, '?'),
  ]).catch(() => '?')
  const silent = Object.values(unanswered).reduce((sum, count) => sum + count, 0)
  const counts = [
    `${faults.length} faults`,
    `${accepted.length} accepted`,
    `${finished} finished`,
    `${refused} refused`,
    `${silent} not answered`,
  ]
  say([`${(log.elapsed / 1_000).toFixed(0).padStart(5)} s`, ...counts].join('  '))
}
