import { Group } from './group.js'
import type { Load } from './load.js'
import { Pods } from './pods.js'
import { Dice } from './random.js'
import { scalingOf, type Change } from './scaling.js'
import type { Sample, SimulationSettings } from './simulation.settings.js'
import { Waits } from './waits.js'

export interface Totals {
  seconds: number
  arrived: number
  done: number
  /** Arrived and not done at the end. */
  waiting: number
  /** Of what was done: seconds from arriving to being done. */
  wait: { mean: number; p50: number; p95: number; p99: number; longest: number }
  /** Seconds that the oldest one has waited that is still there. */
  oldestSeconds: number
  mostLag: number
  mostReplicas: number
  mostReady: number
  mostNodes: number
  podHours: number
  nodeHours: number
  /** Times that the replicas changed, and that they turned from growing to shrinking or back. */
  changes: number
  turns: number
}

export interface Simulation {
  samples: Sample[]
  changes: Change[]
  totals: Totals
  /** Of what was done, for other percentiles. */
  waits: Pick<Waits, 'percentile'>
}

/**
 * A topic, its consumer group, its autoscaler and the cluster that has the pods, in steps of time: counts for each partition
 * and step, not single messages. The same settings and load bring the same result.
 *
 * @throws RangeError for settings that contradict each other
 */
export function simulate(settings: SimulationSettings, load: Load): Simulation {
  check(settings)
  const { stepSeconds, rates } = load
  const dice = new Dice(settings.seed)
  const waits = new Waits()
  let step = 0
  const { serviceSeconds, concurrency } = settings.worker
  // Until its last message is begun a replica's work is shared out; the rest of that one's time is its own.
  const rest = serviceSeconds * (1 - 1 / concurrency)
  let [recent, recentWaits] = [0, 0]
  const { partitions, replicas } = settings
  const group = new Group(
    settings.worker,
    partitions,
    replicas,
    stepSeconds,
    (arrivedAt, count) => {
      const wait = Math.max(serviceSeconds, (step - arrivedAt) * stepSeconds + rest)
      waits.add(wait, count)
      recent += count
      recentWaits += wait * count
    },
  )
  const pods = new Pods(settings.cluster, settings.replicas)
  const scaling = scalingOf(settings, group, pods, dice)
  const arrivals = arrivalsOf(settings, dice)
  const samples: Sample[] = []
  const changes: Change[] = []
  const most = { lag: 0, replicas: 0, ready: 0, nodes: 0 }
  let [podSeconds, nodeSeconds] = [0, 0]
  let last = { at: 0, arrived: 0 }
  let [nextSample, nextLook] = [settings.sampleSeconds, 0]

  for (; step < rates.length; step += 1) {
    const now = step * stepSeconds
    arrivals(rates[step]! * stepSeconds, (partition, count) => group.arrive(step, partition, count))
    if (now >= nextLook) {
      nextLook = now + LOOK_SECONDS
      pods.look(now)
    }
    group.become(pods.ready, now)
    group.work(now)
    const end = now + stepSeconds
    if (end >= settings.scalesFrom) changes.push(...scaling.look(end))
    podSeconds += pods.count * stepSeconds
    nodeSeconds += pods.nodeCount * stepSeconds
    most.replicas = Math.max(most.replicas, pods.count)
    most.ready = Math.max(most.ready, pods.ready)
    most.nodes = Math.max(most.nodes, pods.nodeCount)
    if (end < nextSample - 1e-9 && step < rates.length - 1) continue
    nextSample += settings.sampleSeconds
    const { oldest, lag } = group
    most.lag = Math.max(most.lag, lag)
    const seconds = end - last.at
    samples.push({
      at: end,
      arriving: (group.arrived - last.arrived) / seconds,
      done: recent / seconds,
      lag,
      oldestSeconds: oldest === undefined ? 0 : end - oldest * stepSeconds,
      waitSeconds: recent === 0 ? 0 : recentWaits / recent,
      replicas: pods.count,
      ready: pods.ready,
      pending: pods.pending,
      nodes: pods.nodeCount,
    })
    last = { at: end, arrived: group.arrived }
    recent = 0
    recentWaits = 0
  }
  const totals: Totals = {
    seconds: rates.length * stepSeconds,
    arrived: group.arrived,
    done: group.done,
    waiting: group.waiting,
    wait: {
      mean: waits.mean,
      p50: waits.percentile(0.5),
      p95: waits.percentile(0.95),
      p99: waits.percentile(0.99),
      longest: waits.longest,
    },
    oldestSeconds: samples.at(-1)?.oldestSeconds ?? 0,
    mostLag: most.lag,
    mostReplicas: most.replicas,
    mostReady: most.ready,
    mostNodes: most.nodes,
    podHours: podSeconds / 3_600,
    nodeHours: nodeSeconds / 3_600,
    changes: changes.length,
    turns: turnsOf(changes),
  }
  return { samples, changes, totals, waits }
}

/** Kubelets, scheduler and cluster autoscaler are not asked more often. */
const LOOK_SECONDS = 1

/** Times that the direction of change turned. */
function turnsOf(changes: readonly Change[]): number {
  const directions = changes.map(({ decision }) => Math.sign(decision.replicas - decision.current))
  return directions.filter((one, index) => index > 0 && one !== directions[index - 1]).length
}

/** Draws how many come in a step, and to which partitions. Keys are random, so each partition has an equal share. */
function arrivalsOf({ arrivals, partitions }: SimulationSettings, dice: Dice) {
  let carried = 0
  let turn = 0
  return (mean: number, come: (partition: number, count: number) => void) => {
    if (arrivals === 'poisson') {
      for (let id = 0; id < partitions; id += 1) come(id, dice.count(mean / partitions))
      return
    }
    carried += mean
    const count = Math.floor(carried + 1e-9)
    carried -= count
    const each = Math.floor(count / partitions)
    const more = count - each * partitions
    for (let index = 0; index < partitions; index += 1) {
      come((turn + index) % partitions, index < more ? each + 1 : each)
    }
    turn = (turn + more) % partitions
  }
}

function check({
  partitions,
  replicas,
  worker,
  cluster,
  syncSeconds,
  sampleSeconds,
}: SimulationSettings): void {
  const { serviceSeconds, concurrency } = worker
  const faults: [isWrong: boolean, sentence: string][] = [
    [
      !(Number.isInteger(partitions) && partitions > 0),
      `There are ${partitions} partitions: give 1 or more.`,
    ],
    [
      !(Number.isInteger(replicas) && replicas >= 0),
      `There are ${replicas} replicas: give 0 or more.`,
    ],
    [!(serviceSeconds > 0), `A message takes ${serviceSeconds} s: give more than 0.`],
    [
      !(Number.isInteger(concurrency) && concurrency > 0),
      `The concurrency is ${concurrency}: give 1 or more.`,
    ],
    [!(syncSeconds > 0 && sampleSeconds > 0), 'The periods of looks and samples are above 0.'],
    [
      !(cluster.minNodes > 0 && cluster.maxNodes >= cluster.minNodes),
      'There is at least one node, and no more than the most.',
    ],
    [
      cluster.podCpu > cluster.nodeCpu,
      `A pod of ${cluster.podCpu} m does not fit on a node of ${cluster.nodeCpu} m.`,
    ],
    [
      cluster.placeholderCpu > cluster.nodeCpu,
      `A placeholder of ${cluster.placeholderCpu} m does not fit on a node.`,
    ],
    [
      cluster.otherCpu > cluster.minNodes * cluster.nodeCpu,
      `${cluster.otherCpu} m for other pods are more than the least nodes have.`,
    ],
  ]
  const fault = faults.find(([isWrong]) => isWrong)
  if (fault) throw new RangeError(fault[1])
}
