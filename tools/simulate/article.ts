import {
  hpaSettings,
  kafkaTrigger,
  loadOf,
  scaledObject,
  simulate,
  simulationDefaults,
  stairs,
  type Load,
  type Simulation,
  type SimulationSettings,
} from '#autoscaling'
import { count, table } from '../console/table.ts'
import { EVENTS, clock } from './report.ts'

/** Of the article "Scalable Microservice Demo": what it says that it reached. */
const CLAIM = { events: 23_000, pods: 280, nodes: 11 }
const USERS = CLAIM.events / EVENTS
const SERIAL = 5
const STAIRS = [5, 10, 20, 30, 60, 120, 250, 500, 1_000, 2_000, 3_000, 4_000, 5_000, USERS, USERS]
const EACH_SECONDS = 180

export interface Act {
  name: string
  settings: SimulationSettings
  simulation: Simulation
}

/**
 * The article's cluster, from its sources (wuestkamp/scalable-microservice-demo): 30 nodes at most, of two cores
 * (Standard_DS2_v2, of which pods can have 1.9), three placeholders of 1.5 cores, and 50 m for a pod.
 */
const cluster = {
  ...simulationDefaults.cluster,
  podStartSeconds: 10,
  minNodes: 3,
  maxNodes: 30,
  // Five pods of operation-service and six of user-service.
  otherCpu: 11 * 50,
  placeholders: 3,
  placeholderCpu: 1_500,
}

/** The load of the second act, which grows in steps up to 23,000 events a second. */
export function articleLoad(): Load {
  return loadOf(stairs(STAIRS, EACH_SECONDS), STAIRS.length * EACH_SECONDS, 0.2)
}

function settingsByName(seed: number): Record<string, SimulationSettings> {
  const basis = { ...simulationDefaults, seed, cluster, sampleSeconds: 5 }
  const enough = Math.ceil((1.2 * USERS) / SERIAL)
  return {
    'as published': {
      ...basis,
      partitions: 6,
      worker: {
        ...basis.worker,
        // librdkafka's own: offsets every five seconds, a rebalance is learnt of by the next heartbeat.
        commitSeconds: 5,
        joinPauseSeconds: 3,
        leavePauseSeconds: 3,
      },
      scaler: {
        kind: 'hpa',
        hpa: hpaSettings({
          maxReplicas: 10_000,
          metrics: [{ name: 'The lag', type: 'Pods', target: 5 }],
        }),
        metric: { scrapeSeconds: 15, adapterSeconds: 0, averageSeconds: 60 },
      },
    },
    'serial, a partition each': {
      ...basis,
      partitions: enough,
      cluster: { ...cluster, maxNodes: 60 },
      scaler: keda(5, enough),
    },
    'twelve partitions, 200 at a time': {
      ...basis,
      worker: { ...basis.worker, concurrency: 200 },
      scaler: keda(200, basis.partitions),
    },
  }
}

function keda(lagThreshold: number, maxReplicaCount: number): SimulationSettings['scaler'] {
  return {
    kind: 'keda',
    object: scaledObject({ minReplicaCount: 1, maxReplicaCount, behavior: {} }),
    trigger: kafkaTrigger({ lagThreshold }),
    tolerance: 0.1,
    downscaleStabilizationSeconds: 300,
  }
}

export function articleActs(seed: number): Act[] {
  const load = articleLoad()
  return Object.entries(settingsByName(seed)).map(([name, settings]) => ({
    name,
    settings,
    simulation: simulate(settings, load),
  }))
}

export function articleTable(acts: readonly Act[]): string {
  const [published] = acts
  return [
    `The article's second act: from ${count(STAIRS[0]!)} to ${count(USERS)} users a second, ${count(CLAIM.events)} events, in ${clock(STAIRS.length * EACH_SECONDS)} minutes`,
    '',
    ...table(
      [
        'settings',
        'users/s done',
        'events/s',
        'lag at the end',
        'replicas',
        'ready',
        'nodes',
        'p99 wait s',
      ],
      acts.map(({ name, simulation: { samples, totals } }) => {
        const done = most(samples.map((sample) => sample.done))
        return [
          name,
          ...[
            done,
            done * EVENTS,
            totals.waiting,
            totals.mostReplicas,
            totals.mostReady,
            totals.mostNodes,
          ].map((value) => count(Math.round(value))),
          totals.wait.p99.toFixed(1),
        ]
      }),
    ),
    '',
    ...(published ? wordsOn(published) : []),
  ].join('\n')
}

/** The middle of the ten best samples: one alone may be what had piled up in a pause. */
function most(values: number[]): number {
  return values.toSorted((a, b) => b - a)[Math.min(10, values.length - 1)] ?? 0
}

function wordsOn({ settings, simulation: { samples, totals } }: Act): string[] {
  const { partitions } = settings
  const capacity = partitions * SERIAL
  const stuck = samples.find(({ arriving, lag }) => arriving > capacity && lag > 10 * capacity)
  const when = stuck ? ` (here from ${clock(stuck.at)} on)` : ''
  return [
    `As published, it stops at ${count(capacity)} users a second${when}, however many pods run:`,
    `- ${partitions} partitions are read by ${partitions} members of a group at most; every further one is idle.`,
    `- A replica works on one user at a time, 200 ms each: ${SERIAL} a second, ${count(partitions)} × ${SERIAL} = ${count(capacity)}.`,
    '- The HPA is told a value for each pod, and each pod tells the lag of the whole group. More pods do not make that',
    '  average smaller, so as long as the lag is above 5 it doubles them: to 4, 8, 16, … until the nodes are full',
    `  (${count(totals.mostReplicas)} wanted, ${count(totals.mostReady)} ran on ${count(totals.mostNodes)} nodes).`,
    `- ${count(CLAIM.pods)} pods that work one at a time finish ${count(CLAIM.pods * SERIAL)} users a second with a partition for each,`,
    `  ${count(CLAIM.pods * SERIAL * EVENTS)} events; ${count(CLAIM.events)} take ${count(USERS / SERIAL)} that are busy all the time, or some that wait for many users at a time.`,
  ]
}
