import { readFileSync } from 'node:fs'
import {
  daily,
  flashCrowd,
  hpaSettings,
  kafkaTrigger,
  loadOf,
  plateau,
  points,
  ramp,
  scaledObject,
  type HpaManifest,
  type Load,
  type Profile,
  type Scaler,
  type SimulationSettings,
} from '#autoscaling'
import { Failure } from '../console/failure.mjs'
import type { Scenario } from './simulate-options.ts'

const DAY = 86_400
const MOST_SAMPLES = 600

/** @throws Failure when settings contradict each other */
export function settingsOf(scenario: Scenario): SimulationSettings {
  try {
    return {
      seed: scenario.seed,
      arrivals: scenario.isEven ? 'even' : 'poisson',
      partitions: scenario.partitions,
      replicas: scenario.replicas,
      worker: {
        serviceSeconds: scenario['service-ms'] / 1_000,
        concurrency: scenario.concurrency,
        commitSeconds: scenario['commit-ms'] / 1_000,
        joinPauseSeconds: scenario['join-pause-ms'] / 1_000,
        leavePauseSeconds: scenario['leave-pause-ms'] / 1_000,
      },
      scaler: scalerOf(scenario),
      scalesFrom: scenario['scale-from'],
      syncSeconds: scenario.sync,
      cluster: {
        podStartSeconds: scenario['pod-start'],
        podCpu: scenario['pod-cpu'],
        nodeStartSeconds: scenario['node-start'],
        nodeCpu: scenario['node-cpu'],
        nodePods: scenario['node-pods'],
        minNodes: scenario['min-nodes'],
        maxNodes: scenario['max-nodes'],
        nodeIdleSeconds: scenario['node-idle'],
        otherCpu: scenario['other-cpu'],
        placeholders: scenario.placeholders,
        placeholderCpu: scenario['placeholder-cpu'],
      },
      sampleSeconds: Math.max(1, scenario.step, (scenario.minutes * 60) / MOST_SAMPLES),
    }
  } catch (error) {
    throw asFailure(error)
  }
}

/** @throws Failure for a profile that there is not, or a file that is none */
export function loadOfScenario(scenario: Scenario): Load {
  try {
    return loadOf(profileOf(scenario), scenario.minutes * 60, scenario.step)
  } catch (error) {
    throw asFailure(error)
  }
}

function scalerOf(scenario: Scenario): Scaler {
  if (scenario.scaler === 'none') return { kind: 'none' }
  const behavior: HpaManifest['behavior'] = scenario.hasBehavior
    ? {
        scaleUp: { ...scenario.scaleUp, stabilizationWindowSeconds: scenario['up-window'] },
        scaleDown: { ...scenario.scaleDown, stabilizationWindowSeconds: scenario['down-window'] },
      }
    : undefined
  const { min, max, tolerance, target } = scenario
  const type = ({ average: 'AverageValue', value: 'Value', pods: 'Pods' } as const)[scenario.metric]
  if (scenario.scaler === 'hpa') {
    const { scrape, adapter, average } = scenario
    return {
      kind: 'hpa',
      hpa: hpaSettings({
        minReplicas: min,
        maxReplicas: max,
        metrics: [{ name: 'The lag', type, target }],
        tolerance,
        downscaleStabilizationSeconds: scenario['down-window'],
        behavior,
      }),
      metric: { scrapeSeconds: scrape, adapterSeconds: adapter, averageSeconds: average },
    }
  }
  return {
    kind: 'keda',
    object: scaledObject({
      minReplicaCount: min,
      maxReplicaCount: max,
      metricType: type === 'Value' ? 'Value' : 'AverageValue',
      pollingInterval: scenario.polling,
      cooldownPeriod: scenario.cooldown,
      behavior,
    }),
    trigger: kafkaTrigger({
      lagThreshold: target,
      activationLagThreshold: scenario.activation,
      allowIdleConsumers: scenario.flags.has('allow-idle'),
      limitToPartitionsWithLag: scenario.flags.has('limit-to-lag'),
      ensureEvenDistributionOfPartitions: scenario.flags.has('even-partitions'),
      excludePersistentLag: scenario.flags.has('exclude-persistent'),
    }),
    tolerance,
    downscaleStabilizationSeconds: scenario['down-window'],
  }
}

function profileOf({ profile, base, rate, from, to }: Scenario): Profile {
  const peak = { base, peak: rate, from, to }
  if (profile === 'step') return plateau(peak)
  if (profile === 'ramp') return ramp(peak)
  if (profile === 'flash') return flashCrowd(peak)
  if (profile === 'day') return daily(base, rate, DAY)
  if (profile.endsWith('.csv')) return points(readPoints(profile))
  throw new Failure(`--profile is "${profile}": use step, ramp, day, flash or a .csv file.`)
}

/** Lines of two numbers, seconds and users a second; a first line of names is passed over. */
function readPoints(file: string): [number, number][] {
  const lines = textOf(file)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const read = lines.map((line) => line.split(/[,;\t]/).map(Number))
  const rows = read[0]?.some(Number.isNaN) ? read.slice(1) : read
  rows.forEach(([at, rate], index) => {
    const isLate = index === 0 || at! > rows[index - 1]![0]!
    if (rows[index]!.length === 2 && at! >= 0 && rate! >= 0 && isLate) return
    const line = index + 1 + lines.length - rows.length
    throw new Failure(`${file}, line ${line}: write seconds, which grow, and users a second.`)
  })
  if (rows.length < 2) throw new Failure(`${file} has fewer than two lines of numbers.`)
  return rows as [number, number][]
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new Failure(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
}

/** The library's sentences are for whoever sets it, too. */
export function asFailure(error: unknown): unknown {
  return error instanceof RangeError ? new Failure(error.message) : error
}
