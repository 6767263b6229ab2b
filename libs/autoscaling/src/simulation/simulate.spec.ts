import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deal } from '../../../kafka/src/partition-assigner.js'
import { hpaSettings } from '../hpa/hpa.settings.js'
import { kafkaTrigger } from '../keda/kafka-lag.js'
import { scaledObject } from '../keda/scaled-object.js'
import { daily, loadOf, plateau, points, ramp, stairs } from './load.js'
import { simulate } from './simulate.js'
import { simulationDefaults } from './simulation.defaults.js'
import type { Cluster, Scaler, SimulationSettings, Worker } from './simulation.settings.js'

const none: Scaler = { kind: 'none' }

function settings({
  worker,
  cluster,
  ...given
}: Partial<Omit<SimulationSettings, 'worker' | 'cluster'>> & {
  worker?: Partial<Worker>
  cluster?: Partial<Cluster>
} = {}): SimulationSettings {
  return {
    ...simulationDefaults,
    arrivals: 'even',
    ...given,
    worker: { ...simulationDefaults.worker, ...worker },
    cluster: { ...simulationDefaults.cluster, ...cluster },
  }
}

const steady = (rate: number, seconds: number, stepSeconds = 0.1) =>
  loadOf(() => rate, seconds, stepSeconds)

const keda = (threshold: number, object: Parameters<typeof scaledObject>[0] = {}): Scaler => ({
  kind: 'keda',
  object: scaledObject({ minReplicaCount: 1, maxReplicaCount: 12, behavior: {}, ...object }),
  trigger: kafkaTrigger({ lagThreshold: threshold }),
  tolerance: 0.1,
  downscaleStabilizationSeconds: 300,
})

describe('A replica of 5 a second', () => {
  it('falls behind by 10 a second when 15 come', () => {
    const { samples, totals } = simulate(settings({ scaler: none }), steady(15, 60))
    expect(totals).toMatchObject({ arrived: 900, mostReplicas: 1 })
    // The first one comes within the first step, not at its beginning.
    expect(300 - totals.done).toBeLessThanOrEqual(1)
    for (const { at, lag } of samples) expect(lag).toBeCloseTo(10 * at, -0.5)
  })

  it('keeps up with 5, and each waits for its own service only', () => {
    const { totals } = simulate(settings({ scaler: none }), steady(5, 60))
    expect(totals.waiting).toBeLessThanOrEqual(1)
    expect(totals.wait).toMatchObject({ p50: 0.2, longest: 0.2 })
  })

  it('leaves as long a wait as there is lag for it: in a queue that is served in order', () => {
    const { samples } = simulate(settings({ scaler: none }), steady(15, 60))
    // What is done at 60 s is the 300th, which came at 20 s.
    expect(samples.at(-1)!.waitSeconds).toBeCloseTo(40, 0)
    expect(samples.at(-1)!.oldestSeconds).toBeCloseTo(40, 0)
  })

  it('makes users wait who come at random even below its capacity: 0.6 s on average at 80 % (M/D/1)', () => {
    const one = settings({ scaler: none, arrivals: 'poisson', partitions: 1 })
    const { totals } = simulate(one, steady(4, 20_000, 0.1))
    expect(totals.wait.mean).toBeGreaterThan(0.56)
    expect(totals.wait.mean).toBeLessThan(0.64)
  })
})

describe('More replicas', () => {
  it.each([6, 7, 100])(
    'than 6 partitions are of no use: %i replicas do 30 a second',
    (replicas) => {
      const cluster = { maxNodes: 10 }
      const given = settings({ scaler: none, partitions: 6, replicas, cluster })
      const { totals } = simulate(given, steady(60, 60))
      expect(30 * 60 - totals.done).toBeLessThanOrEqual(6)
      expect(totals.done).toBeLessThanOrEqual(30 * 60)
    },
  )

  it('do as much as their number while there are partitions for them, and concurrency multiplies that', () => {
    const of = (replicas: number, concurrency: number) => {
      const given = settings({ scaler: none, replicas, worker: { concurrency } })
      return simulate(given, steady(1_000, 60)).totals.done / 60
    }
    expect(of(4, 1)).toBeCloseTo(20, 0)
    expect(of(12, 1)).toBeCloseTo(60, 0)
    expect(of(12, 10)).toBeCloseTo(600, -1)
  })

  it('that do not divide the partitions are held up by those that have one more', () => {
    const given = settings({ scaler: none, replicas: 8 })
    const { totals } = simulate(given, steady(36, 60))
    // Four of eight have two partitions: 6 a second come to them, and they do 5.
    expect(totals.waiting / 60).toBeCloseTo(4, 0)
  })

  it("have the partitions that the group's own assigner deals out", () => {
    const members = ['a', 'b', 'c', 'd', 'e'].map((memberId) => ({ memberId, topics: ['t'] }))
    const dealt = deal(members, new Map([['t', Array.from({ length: 12 }, (_, id) => id)]]))
    const simulated = members.map((_, member) =>
      Array.from({ length: 12 }, (__, id) => id).filter((id) => id % members.length === member),
    )
    expect(dealt.map(({ assignment }) => assignment['t'])).toEqual(simulated)
  })
})

describe('A rebalance', () => {
  it('stops the whole group for its time', () => {
    const doneWith = (joinPauseSeconds: number) => {
      const given = settings({
        scaler: keda(1, { maxReplicaCount: 2 }),
        worker: { joinPauseSeconds },
      })
      return simulate(given, steady(100, 60)).totals.done
    }
    // The first one does nothing for 4 s, and the second one begins so much later.
    expect(doneWith(0) - doneWith(4)).toBeGreaterThanOrEqual(4 * (5 + 5) - 2)
    expect(doneWith(0) - doneWith(4)).toBeLessThanOrEqual(4 * (5 + 5) + 2)
  })
})

describe('The HPA', () => {
  it('follows a step, and goes back after its window', () => {
    const load = loadOf(plateau({ base: 2, peak: 35, from: 60, to: 600 }), 1_800, 0.1)
    const { samples, totals } = simulate(settings(), load)
    const replicasAt = (second: number) => samples[second - 1]!.replicas
    expect(replicasAt(59)).toBe(1)
    expect(totals.mostReplicas).toBeGreaterThanOrEqual(7)
    expect(replicasAt(600)).toBeGreaterThan(1)
    expect(replicasAt(1_790)).toBe(1)
    expect(totals.waiting).toBeLessThan(5)
  })

  it('changes nothing until it is switched on, and then looks at once', () => {
    const scalesFrom = 100
    const { changes } = simulate(settings({ scalesFrom }), steady(15, 200))
    expect(changes[0]!.at).toBeGreaterThanOrEqual(scalesFrom)
    expect(changes[0]!.at).toBeLessThan(scalesFrom + 1)
  })

  it('with the total for each pod grows to the most, though the partitions let it do no more', () => {
    const article: Scaler = {
      kind: 'hpa',
      hpa: hpaSettings({
        maxReplicas: 500,
        metrics: [{ name: 'lag', type: 'Pods', target: 5 }],
      }),
      metric: { scrapeSeconds: 15, adapterSeconds: 0, averageSeconds: 60 },
    }
    const given = settings({ partitions: 6, scaler: article, arrivals: 'even' })
    const { totals, samples } = simulate(given, steady(40, 900))
    expect(totals.mostReplicas).toBe(500)
    expect(samples.at(-1)!.done).toBeCloseTo(30, 0)
  })
})

describe('KEDA', () => {
  it('starts the first replica when something comes, and stops the last one after the cooldown', () => {
    const scaler = keda(10, { minReplicaCount: 0, cooldownPeriod: 60, pollingInterval: 10 })
    const load = loadOf(plateau({ base: 0, peak: 4, from: 30, to: 90 }), 600, 0.1)
    const { samples } = simulate(settings({ scaler, replicas: 0 }), load)
    expect(samples[25]!.replicas).toBe(0)
    expect(samples[60]!.ready).toBeGreaterThanOrEqual(1)
    expect(samples.at(-1)!.replicas).toBe(0)
    expect(samples.at(-1)!.lag).toBe(0)
  })

  it('asks for hardly more replicas than partitions', () => {
    const { totals } = simulate(
      settings({ scaler: keda(10, { maxReplicaCount: 99 }) }),
      steady(90, 300),
    )
    expect(totals.mostReplicas).toBeGreaterThanOrEqual(12)
    expect(totals.mostReplicas).toBeLessThanOrEqual(13)
  })
})

describe('Nodes', () => {
  const scaler = keda(1, { maxReplicaCount: 100 })

  it('are asked for when pods find no room, and take their time', () => {
    const cluster = { podCpu: 950, nodeStartSeconds: 60, maxNodes: 4 }
    const { samples, totals } = simulate(settings({ scaler, cluster }), steady(60, 300))
    expect(Math.max(...samples.slice(0, 60).map(({ ready }) => ready))).toBe(2)
    expect(samples.some(({ pending }) => pending > 0)).toBe(true)
    expect(totals).toMatchObject({ mostNodes: 4, mostReady: 8 })
  })

  it('with placeholders are there before they are needed', () => {
    const cluster = { podCpu: 950, nodeStartSeconds: 60, maxNodes: 8 }
    const readyAfterAMinute = (placeholders: number) => {
      const given = settings({ scaler, cluster: { ...cluster, placeholders } })
      return simulate(given, steady(60, 300)).samples[59]!.ready
    }
    expect(readyAfterAMinute(0)).toBe(2)
    expect(readyAfterAMinute(3)).toBeGreaterThanOrEqual(5)
  })

  it('go when they have been without work for long enough', () => {
    const cluster = { podCpu: 950, nodeStartSeconds: 30, nodeIdleSeconds: 120, maxNodes: 6 }
    const load = loadOf(plateau({ base: 1, peak: 50, from: 10, to: 200 }), 1_200, 0.1)
    const { samples, totals } = simulate(settings({ scaler, cluster }), load)
    expect(totals.mostNodes).toBeGreaterThan(3)
    expect(samples.at(-1)!.nodes).toBe(1)
  })
})

const any = fc.record({
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  arrivals: fc.constantFrom('even' as const, 'poisson' as const),
  partitions: fc.integer({ min: 1, max: 20 }),
  replicas: fc.integer({ min: 0, max: 10 }),
  concurrency: fc.integer({ min: 1, max: 20 }),
  target: fc.integer({ min: 1, max: 50 }),
  isKeda: fc.boolean(),
  rates: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 5 }),
})

describe('Whatever the settings', () => {
  const run = (drawn: typeof any extends fc.Arbitrary<infer T> ? T : never) => {
    const { concurrency, target, isKeda, rates, ...given } = drawn
    const hpa = hpaSettings({
      maxReplicas: 15,
      metrics: [{ name: 'lag', type: 'AverageValue', target }],
    })
    const metric = { scrapeSeconds: 5, adapterSeconds: 3, averageSeconds: 20 }
    const scaler: Scaler = isKeda
      ? keda(target, { minReplicaCount: 0, pollingInterval: 5, cooldownPeriod: 20 })
      : { kind: 'hpa', hpa, metric }
    return simulate(
      settings({ ...given, scaler, worker: { concurrency } }),
      loadOf(stairs(rates, 40), 200, 0.2),
    )
  }

  it('what arrived is done or waiting, and every sample adds up', () => {
    fc.assert(
      fc.property(any, (drawn) => {
        const { totals, samples } = run(drawn)
        expect(totals.done + totals.waiting).toBe(totals.arrived)
        const arrived = samples.reduce((sum, { arriving }) => sum + arriving, 0)
        expect(arrived).toBeCloseTo(totals.arrived, 3)
        expect(samples.at(-1)!.lag).toBe(totals.waiting)
        for (const one of samples) {
          expect(one.ready + one.pending).toBeLessThanOrEqual(one.replicas)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('the same seed brings the same curves', () => {
    fc.assert(
      fc.property(any, (drawn) => {
        expect(run(drawn)).toEqual(run(drawn))
      }),
      { numRuns: 20 },
    )
  })

  it('another seed brings other arrivals', () => {
    const given = settings({ arrivals: 'poisson' })
    const of = (seed: number) => simulate({ ...given, seed }, steady(10, 100)).totals.arrived
    expect(of(1)).not.toBe(of(2))
  })
})

describe('Settings that contradict each other', () => {
  it.each<[Parameters<typeof settings>[0], string]>([
    [{ partitions: 0 }, '0 partitions'],
    [{ worker: { concurrency: 0 } }, 'The concurrency is 0'],
    [{ worker: { serviceSeconds: 0 } }, 'A message takes 0 s'],
    [{ cluster: { podCpu: 2_000 } }, 'does not fit on a node'],
    [{ cluster: { otherCpu: 2_000 } }, 'more than the least nodes have'],
    [{ replicas: 2_000 }, '2000 replicas do not fit on 30 nodes'],
  ])('%j are refused', (given, sentence) => {
    expect(() => simulate(settings(given), steady(1, 10))).toThrow(sentence)
  })
})

describe('Loads', () => {
  it('have the shapes that they are named for', () => {
    const at = (profile: (second: number) => number) => [0, 50, 100, 150].map(profile)
    expect(at(plateau({ base: 1, peak: 9, from: 50, to: 100 }))).toEqual([1, 9, 1, 1])
    expect(at(ramp({ base: 0, peak: 10, from: 0, to: 100 }))).toEqual([0, 5, 10, 10])
    expect(at(daily(0, 10, 200)).map(Math.round)).toEqual([5, 0, 5, 10])
    expect(at(stairs([1, 2, 3], 50))).toEqual([1, 2, 3, 3])
    expect(
      at(
        points([
          [0, 0],
          [100, 20],
        ]),
      ),
    ).toEqual([0, 10, 20, 20])
  })

  it('are refused when a rate is none', () => {
    expect(() => loadOf(() => -1, 10, 1)).toThrow('The rate at 0 s is -1')
    expect(() => loadOf(() => 1, 1, 1)).toThrow('less than two steps')
  })
})

describe('Its speed', () => {
  it('is printed: a day in steps of a second, and a million users a second for ten minutes', () => {
    const timed = (given: SimulationSettings, load: ReturnType<typeof steady>) => {
      const from = performance.now()
      const { totals } = simulate(given, load)
      return { seconds: (performance.now() - from) / 1_000, totals }
    }
    const day = timed(settings({ arrivals: 'poisson' }), loadOf(daily(2, 50, 86_400), 86_400, 1))
    const big = settings({
      arrivals: 'poisson',
      partitions: 1_200,
      replicas: 100,
      worker: { concurrency: 1_000 },
      scaler: keda(1_000, { maxReplicaCount: 1_200 }),
      cluster: { maxNodes: 100 },
    })
    const million = timed(big, steady(1_000_000, 600))
    console.log(
      `a day: ${day.seconds.toFixed(2)} s; 600 million users: ${million.seconds.toFixed(2)} s`,
    )
    expect(million.totals.arrived).toBeGreaterThan(599_000_000)
  })
})
