import { decide, type HpaDecision } from '../hpa/decide.js'
import { noHistory, type HpaHistory } from '../hpa/history.js'
import type { HpaSettings } from '../hpa/hpa.settings.js'
import type { Reading } from '../hpa/metric-replicas.js'
import { kafkaLag, type KafkaLag, type PreviousOffsets } from '../keda/kafka-lag.js'
import { decideActivity, hpaOf, type ActivityDecision } from '../keda/scaled-object.js'
import type { Group } from './group.js'
import type { Pods } from './pods.js'
import type { Dice } from './random.js'
import type { MetricPath, Scaler, SimulationSettings } from './simulation.settings.js'

/** A decision that changed the replicas. */
export interface Change {
  at: number
  decision: HpaDecision | ActivityDecision
  /** What KEDA made of the partitions. */
  lag: KafkaLag | undefined
}

/** Something that looks now and then, and may change how many replicas there are. */
export interface Scaling {
  /** Called for each step. @returns what was decided in it */
  look(now: number): Change[]
}

export function scalingOf(
  { scaler, scalesFrom, syncSeconds }: SimulationSettings,
  group: Group,
  pods: Pods,
  dice: Dice,
): Scaling {
  if (scaler.kind === 'none') return { look: () => [] }
  // Nothing of a cluster begins at the same moment; but what is switched on later begins with a look.
  const phase = dice.next()
  const sync = new Ticker(syncSeconds, scalesFrom > 0 ? 0 : phase, scalesFrom)
  return scaler.kind === 'hpa'
    ? new ByHpa(scaler.hpa, sync, new LagByScrapes(scaler.metric, dice.next()), group, pods)
    : new ByKeda(scaler, sync, new Ticker(scaler.object.pollingInterval, dice.next()), group, pods)
}

class ByHpa implements Scaling {
  private history: HpaHistory = noHistory

  private readonly hpa: HpaSettings
  private readonly sync: Ticker
  private readonly lag: LagByScrapes
  private readonly group: Group
  private readonly pods: Pods

  constructor(hpa: HpaSettings, sync: Ticker, lag: LagByScrapes, group: Group, pods: Pods) {
    this.hpa = hpa
    this.sync = sync
    this.lag = lag
    this.group = group
    this.pods = pods
  }

  look(now: number): Change[] {
    this.lag.look(now, () => this.group.lag)
    if (!this.sync.isDue(now)) return []
    const lag = this.lag.at(now)
    const readings = this.hpa.metrics.map(({ type }) => this.readingOf(type, lag))
    const { decision, history } = decide(this.hpa, observed(now, this.pods, readings), this.history)
    this.history = history
    return carriedOut({ at: now, decision, lag: undefined }, this.pods)
  }

  /** A value for each pod is the whole lag for each: every exporter tells that of the group. */
  private readingOf(type: string, lag: number | undefined): Reading {
    if (type !== 'Pods' || lag === undefined) return lag
    const { ready, count } = this.pods
    return { values: Array.from({ length: ready }, () => lag), missing: 0, pending: count - ready }
  }
}

class ByKeda implements Scaling {
  private readonly hpa: HpaSettings
  private history: HpaHistory = noHistory
  private previous: PreviousOffsets = new Map()
  private lastActiveAt: number | undefined

  private readonly scaler: Extract<Scaler, { kind: 'keda' }>
  private readonly sync: Ticker
  private readonly polling: Ticker
  private readonly group: Group
  private readonly pods: Pods

  constructor(
    scaler: Extract<Scaler, { kind: 'keda' }>,
    sync: Ticker,
    polling: Ticker,
    group: Group,
    pods: Pods,
  ) {
    this.scaler = scaler
    this.sync = sync
    this.polling = polling
    this.group = group
    this.pods = pods
    const { object, trigger, tolerance, downscaleStabilizationSeconds } = scaler
    this.hpa = hpaOf(object, trigger, { tolerance, downscaleStabilizationSeconds })
  }

  look(now: number): Change[] {
    const changes: Change[] = []
    if (this.polling.isDue(now)) changes.push(...this.poll(now))
    if (this.sync.isDue(now)) changes.push(...this.ask(now))
    return changes
  }

  private poll(now: number): Change[] {
    const lag = this.lag()
    const decision = decideActivity(this.scaler.object, {
      at: now,
      current: this.pods.count,
      isActive: lag.isActive,
      isError: false,
      createdAt: 0,
      lastActiveAt: this.lastActiveAt,
    })
    this.lastActiveAt = decision.lastActiveAt
    return carriedOut({ at: now, decision, lag }, this.pods)
  }

  private ask(now: number): Change[] {
    const lag = this.lag()
    const seen = observed(now, this.pods, [lag.metric])
    const { decision, history } = decide(this.hpa, seen, this.history)
    this.history = history
    return carriedOut({ at: now, decision, lag }, this.pods)
  }

  private lag(): KafkaLag {
    const { lag, previous } = kafkaLag(this.scaler.trigger, this.group.offsets, this.previous)
    this.previous = previous
    return lag
  }
}

function observed(at: number, { count, ready }: Pods, readings: Reading[]) {
  return { at, specReplicas: count, statusReplicas: count, readyPods: ready, readings }
}

function carriedOut(change: Change, pods: Pods): Change[] {
  const { current, replicas } = change.decision
  if (replicas === current) return []
  pods.scaleTo(replicas)
  return [change]
}

/** The lag as Prometheus has it. */
class LagByScrapes {
  private readonly scrapes: { at: number; lag: number }[] = []
  private readonly ticker: Ticker

  private readonly path: MetricPath

  constructor(path: MetricPath, phase: number) {
    this.path = path
    this.ticker = new Ticker(path.scrapeSeconds, phase)
  }

  look(now: number, lag: () => number): void {
    if (!this.ticker.isDue(now)) return
    this.scrapes.push({ at: now, lag: lag() })
    const { adapterSeconds, averageSeconds } = this.path
    // The newest of those that are too old is still the last value when nothing newer is old enough.
    while (this.scrapes[1] && this.scrapes[1].at <= now - adapterSeconds - averageSeconds) {
      this.scrapes.shift()
    }
  }

  /** Undefined before the first scrape that has come through. */
  at(now: number): number | undefined {
    const { adapterSeconds, averageSeconds } = this.path
    const until = now - adapterSeconds
    const known = this.scrapes.filter(({ at }) => at <= until)
    const recent = known.filter(({ at }) => at > until - averageSeconds)
    const counted = recent.length > 0 ? recent : known.slice(-1)
    if (counted.length === 0) return undefined
    if (averageSeconds === 0) return counted.at(-1)!.lag
    return counted.reduce((sum, { lag }) => sum + lag, 0) / counted.length
  }
}

/** Once in each period; a period of 0 is each time. */
class Ticker {
  private next: number

  private readonly period: number

  /**
   * @param phase from 0 to 1: when in the first period
   * @param from second at which that begins
   */
  constructor(period: number, phase: number, from = 0) {
    this.period = period
    this.next = from + period * phase
  }

  isDue(now: number): boolean {
    if (now < this.next) return false
    if (this.period > 0) while (this.next <= now) this.next += this.period
    return true
  }
}
