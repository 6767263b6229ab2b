import {
  simulate,
  simulationDefaults,
  type Load,
  type Sample,
  type SimulationSettings,
} from '#autoscaling'
import type { DemoRun, Moment } from './demo-run.ts'

const STEP = 0.1
/** Whose mean is compared, so that no single draw of partitions decides. */
const SEEDS = 20

/** How far from a demo on a machine that has time for it docs/scaling.md says that the simulator is at most. */
export const statedError = { lag: 0.1, replicas: 1.5 }

/** What the simulator says of a moment. */
export interface SimulatedMoment {
  lag: number
  /** As many as were decided. */
  replicas: number
}

export interface Comparison {
  /** For each moment of the run. */
  simulated: SimulatedMoment[]
  /** Mean difference of the lags, as a share of the demo's highest. */
  lagError: number
  /** Mean difference of the replicas that were wanted. */
  replicasError: number
  /** Seconds that a replica took from being wanted to being ready, on average; the simulator is told that. */
  startSeconds: number
}

/** Simulates the load of a demo with its settings, and compares the curves. */
export function compare(run: DemoRun, changes: Partial<SimulationSettings> = {}): Comparison {
  const startSeconds = startSecondsOf(run.moments)
  const settings = { ...settingsOf(run, startSeconds), ...changes }
  const load = loadOfRun(run.moments)
  const curves = Array.from(
    { length: SEEDS },
    (_, seed) => simulate({ ...settings, seed }, load).samples,
  )
  const simulated = run.moments.map(({ at }) => meanAt(curves, at))
  const highest = Math.max(...run.moments.map(({ lag }) => lag ?? 0), 1)
  return {
    simulated,
    lagError: mean(
      run.moments.flatMap(({ lag }, index) =>
        lag === null ? [] : [Math.abs(lag - simulated[index]!.lag) / highest],
      ),
    ),
    replicasError: mean(
      run.moments.map(({ replicas }, index) =>
        Math.abs(replicas.wanted - simulated[index]!.replicas),
      ),
    ),
    startSeconds,
  }
}

function settingsOf(
  { partitions, scaler, acts, moments }: DemoRun,
  startSeconds: number,
): SimulationSettings {
  const scaled = acts.find(({ isScaled }) => isScaled)
  return {
    ...simulationDefaults,
    partitions,
    replicas: moments[0]?.replicas.wanted ?? 1,
    scaler: scaled
      ? {
          kind: 'hpa',
          hpa: scaler.hpa,
          // The console looks at the lag once a second.
          metric: { scrapeSeconds: 1, adapterSeconds: 0, averageSeconds: 0 },
        }
      : { kind: 'none' },
    scalesFrom: scaled?.from ?? 0,
    syncSeconds: scaler.syncSeconds,
    cluster: { ...simulationDefaults.cluster, podStartSeconds: startSeconds },
  }
}

/** Users as they were accepted, second by second. A rate is since the last one that was found out. */
export function loadOfRun(moments: readonly Moment[]): Load {
  const rates: number[] = []
  for (const { at, usersPerSecond } of moments) {
    if (usersPerSecond === null) continue
    while ((rates.length + 0.5) * STEP < at) rates.push(usersPerSecond)
  }
  const end = moments.at(-1)?.at ?? 0
  while ((rates.length + 0.5) * STEP < end) rates.push(0)
  return { stepSeconds: STEP, rates: Float64Array.from(rates) }
}

/** By Little's law: the replicas that are starting, over time, divided by those that were started. */
function startSecondsOf(moments: readonly Moment[]): number {
  let [starting, started] = [0, 0]
  for (const [index, { at, replicas }] of moments.entries()) {
    const before = moments[index - 1]
    if (!before) continue
    starting += Math.max(0, replicas.wanted - replicas.ready) * (at - before.at)
    started += Math.max(0, replicas.wanted - before.replicas.wanted)
  }
  return started === 0 ? 0 : starting / started
}

function meanAt(curves: Sample[][], at: number): SimulatedMoment {
  const found = curves.map((samples) => samples.find((one) => one.at >= at) ?? samples.at(-1)!)
  return {
    lag: mean(found.map(({ lag }) => lag)),
    replicas: mean(found.map(({ replicas }) => replicas)),
  }
}

function mean(values: number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}
