import { say } from '../console/say.ts'
import type { Bed } from './bed.ts'
import { measure } from './measure.ts'
import type { Run } from './report.ts'
import { count } from '../console/table.ts'

const PROBE = { seconds: 10, warmUp: 8 }
const MOST_PROBES = 9
/** The search ends when a rate that held and one that did not are so near. */
const NEAR = 1.05
const UP = 1.3
const DOWN = 0.75
/** What a probe of seconds held is tried over the whole time a little lower each time it does not hold there. */
const STEP_BACK = 0.96
const MOST_STEPS = 5

/**
 * The highest rate that is sustained: what is accepted is finished as fast, nothing fails, the books balance. Rates are
 * tried for some seconds each, up until one does not hold, then in between; the best one for the whole time.
 *
 * @param start users a second to begin with
 * @param connections the generator's
 * @param seconds of the run that counts
 */
export async function sustained(
  bed: Bed,
  { start, connections, seconds }: { start: number; connections: number; seconds: number },
): Promise<Run> {
  let rate = await search(bed, start, connections)
  for (let step = 1; ; step += 1) {
    say(`Steady: ${count(rate)} users/s for ${seconds} s…`)
    const run = await measure(bed, { rate, connections, seconds, warmUp: PROBE.warmUp })
    if (run.faults.length === 0 || step === MOST_STEPS) return run
    say(`  not sustained: ${run.faults.join('; ')}`)
    rate = round(rate * STEP_BACK)
  }
}

async function search(bed: Bed, start: number, connections: number): Promise<number> {
  let rate = round(start)
  let held: number | undefined
  let failed: number | undefined
  for (let probe = 0; probe < MOST_PROBES; probe += 1) {
    // Once may be the machine's mood: a rate that does not hold gets a second try.
    if ((await holds(bed, rate, connections)) || (await holds(bed, rate, connections))) held = rate
    else failed = rate
    if (failed === undefined) rate = round(rate * UP)
    else if (held === undefined) rate = round(rate * DOWN)
    else if (failed / held < NEAR) break
    else rate = round(Math.sqrt(held * failed))
  }
  return held ?? rate
}

async function holds(bed: Bed, rate: number, connections: number): Promise<boolean> {
  const run = await measure(bed, { rate, connections, ...PROBE })
  const [fault] = run.faults
  say(`  ${count(rate)} users/s: ${fault ?? `held, ${count(run.eventsPerSecond)} events/s`}`)
  return fault === undefined
}

/** To three digits. */
function round(rate: number): number {
  return Number(rate.toPrecision(3))
}
