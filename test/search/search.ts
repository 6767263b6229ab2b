import { Logger } from '@nestjs/common'
import * as fc from 'fast-check'

import { Clock } from './clock.js'
import { Broken, Promises } from './promises.js'
import { type Parts, SOUND } from './services.js'
import { type Plan, plans } from './steps.js'
import { Walk } from './walk.js'
import { World } from './world.js'

export interface Found {
  /** How many runs were made, those that shorten a story left out. */
  runs: number
  /** The shortest story that was found in which a promise is broken. */
  broken: Broken | undefined
}

/**
 * Searches for a sequence of events after which the system does not keep its promises. The same seed makes the same
 * search.
 * @param runs how many sequences are tried at most
 */
export async function search(
  runs: number,
  { parts = {}, seed = 1 }: { parts?: Partial<Parts>; seed?: number } = {},
): Promise<Found> {
  Logger.overrideLogger(false)
  const clock = new Clock()
  clock.install()
  try {
    const run = (plan: Plan) => explore(clock, { ...SOUND, ...parts }, plan)
    const property = fc.asyncProperty(plans, run)
    const found = await fc.check(property, { numRuns: runs, seed })
    if (!found.counterexample) return { runs, broken: undefined }
    const broken = await shorten(found.counterexample[0], run)
    if (!broken) throw found.errorInstance
    return { runs: found.numRuns, broken }
  } finally {
    clock.uninstall()
  }
}

/** Leaves out every step without which a promise is broken still. @returns what is broken then */
async function shorten(
  { sizes, steps }: Plan,
  run: (plan: Plan) => Promise<void>,
): Promise<Broken | undefined> {
  const attempt = async (some: Plan['steps']) => {
    try {
      await run({ sizes, steps: some })
    } catch (error) {
      if (error instanceof Broken) return error
    }
    return undefined
  }
  let broken = await attempt(steps)
  let needed = steps
  for (let index = needed.length - 1; index >= 0; index -= 1) {
    const without = needed.toSpliced(index, 1)
    const shorter = await attempt(without)
    if (!shorter) continue
    broken = shorter
    needed = without
    index = needed.length
  }
  return broken
}

/** One run. @throws Broken */
async function explore(clock: Clock, parts: Parts, { sizes, steps }: Plan): Promise<void> {
  const world = await World.open(clock, sizes, parts)
  const [walk, promises] = [new Walk(world), new Promises(world)]
  try {
    for (const step of steps) {
      await walk.take(step)
      promises.watch()
    }
    promises.check(await world.finish())
  } finally {
    clock.clear()
  }
}
