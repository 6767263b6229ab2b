import { setTimeout as sleep } from 'node:timers/promises'
import type { Decision, Sample } from '../../apps/console/src/console.api.ts'
import { say } from '../console/say.ts'
import type { ConsoleClient } from './console-client.ts'
import type { Change, DemoRun, Moment, PlayedAct } from './demo-run.ts'
import { eventOf, lineOf } from './narration.ts'
import { scalerOf } from './scaler.ts'
import { partitions, type Act, type Script } from './script.ts'

const TOPIC = 'user-approve'
const SERVICE = 'user-approval-service'
const pollMs = 100
const tellEveryMs = 5_000
/** Milliseconds that the replicas may take to go down again, and operations to end. */
const settleWithin = 120_000

/**
 * Plays a script on a running system, by its console, and tells what is to be seen.
 *
 * @returns what was seen, until nothing happens any more (the latencies are for `withLatency` to add), and whether all that
 * was accepted has ended
 */
export async function play(
  script: Script,
  console: ConsoleClient,
): Promise<{ run: DemoRun; hasEnded: boolean }> {
  const stage = new Stage()
  const { scaler } = await console.watch(stage)
  const acts: PlayedAct[] = []
  let hasEnded = false
  const timer = setInterval(() => stage.tell(), tellEveryMs)
  try {
    for (const act of script.acts) acts.push(await playAct(act, console, stage))
    hasEnded = await comeToRest(script, console, stage)
  } finally {
    clearInterval(timer)
    console.close()
  }
  const run = {
    startedAt: new Date(stage.startedAt).toISOString(),
    partitions,
    scaler: scalerOf(scaler, script.downWindowSeconds),
    acts,
    moments: stage.moments,
    changes: stage.changes,
  }
  return { run, hasEnded }
}

async function playAct(act: Act, console: ConsoleClient, stage: Stage): Promise<PlayedAct> {
  say(`\nAct ${act.number}: ${act.opening}`)
  await console.setScaler(act.isScaled)
  const [first] = act.steps
  const from = stage.begin()
  for (const step of act.steps) {
    if (step !== first) stage.say(`Now ${step.usersPerSecond} users a second.`)
    await console.setLoad(step.usersPerSecond)
    await sleep(step.seconds * 1_000)
  }
  if (act.isScaled) {
    await console.setLoad(0)
    stage.say('The load stops. What is left is done, and the replicas go, one at a time.')
    await stage.until(
      ({ lag, replicas }) => lag?.[TOPIC] === 0 && replicas[SERVICE].wanted <= 1,
      settleWithin,
    )
  }
  return { number: act.number, isScaled: act.isScaled, from, to: stage.now }
}

/**
 * Until everything has ended; or, where nothing was scaled or there is too much to wait for, until all that is left waits for
 * an approval service that does nothing any more.
 *
 * @returns whether everything has ended
 */
async function comeToRest(script: Script, console: ConsoleClient, stage: Stage): Promise<boolean> {
  await console.setLoad(0)
  await console.setScaler(false)
  if (script.acts.some(({ isScaled }) => isScaled)) {
    if (await stage.until(({ books }) => books?.pending === 0, settleWithin)) return true
    stage.say('So few replicas take longer than anybody would watch: what is left stays pending.')
  }
  await console.pauseApproval()
  await stage.until(({ books, lag }) => {
    const others = Object.entries(lag ?? { unknown: 1 }).filter(([topic]) => topic !== TOPIC)
    return books?.unpublished === 0 && others.every(([, records]) => records === 0)
  }, settleWithin)
  return false
}

/** What is seen meanwhile. */
class Stage {
  readonly moments: Moment[] = []
  readonly changes: Change[] = []
  startedAt = 0
  private newest: Sample | undefined
  private told: Moment | undefined

  /** @returns seconds since the first load, which is now when there was none */
  begin(): number {
    if (this.startedAt === 0) this.startedAt = Date.now()
    return this.now
  }

  get now(): number {
    return this.startedAt === 0 ? 0 : (Date.now() - this.startedAt) / 1_000
  }

  sample(sample: Sample): void {
    if (this.startedAt === 0) return
    this.newest = sample
    const { eventsPerSecond, usersPerSecond, lag, replicas } = sample
    const at = this.secondsAt(sample.at)
    if (at <= 0) return
    this.moments.push({
      at,
      eventsPerSecond,
      usersPerSecond,
      lag: lag?.[TOPIC] ?? null,
      replicas: replicas[SERVICE],
      latency: null,
    })
  }

  decision({ at, current, replicas, explanation }: Decision): void {
    if (this.startedAt === 0 || current === replicas) return
    const change = { at: this.secondsAt(at), current, replicas, explanation }
    this.changes.push(change)
    say(eventOf(change.at, `The scaler: ${explanation}`))
  }

  /** The newest of what there is to see, once. */
  tell(): void {
    const latest = this.moments.at(-1)
    if (latest === undefined || latest === this.told) return
    this.told = latest
    say(lineOf({ ...latest, at: this.now }))
  }

  say(sentence: string): void {
    say(eventOf(this.now, sentence))
  }

  /** Waits until it is so in a sample that came since; or no longer than that. @returns whether it is */
  async until(isSo: (sample: Sample) => boolean, withinMs: number): Promise<boolean> {
    const asked = Date.now()
    while (Date.now() < asked + withinMs) {
      const { newest } = this
      if (newest && Date.parse(newest.at) > asked && isSo(newest)) return true
      await sleep(pollMs)
    }
    return false
  }

  private secondsAt(at: string): number {
    return (Date.parse(at) - this.startedAt) / 1_000
  }
}
