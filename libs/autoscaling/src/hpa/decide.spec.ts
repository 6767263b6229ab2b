import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from './decide.js'
import { noHistory, type HpaHistory } from './history.js'
import { hpaSettings, type HpaManifest, type HpaSettings } from './hpa.settings.js'
import type { Reading } from './metric-replicas.js'

const lag = { name: 'lag', type: 'AverageValue', target: 10 } as const

function settings(given: Partial<HpaManifest> = {}): HpaSettings {
  return hpaSettings({ maxReplicas: 100, metrics: [lag], ...given })
}

function look(at: number, replicas: number, readings: Reading[], history?: HpaHistory) {
  return {
    at,
    specReplicas: replicas,
    statusReplicas: replicas,
    readyPods: replicas,
    readings,
    history,
  }
}

/** Looks every 15 seconds at a target that does at once what it is told. */
function follow(given: HpaSettings, from: number, readings: Reading[], every = 15): number[] {
  let history: HpaHistory = noHistory
  let replicas = from
  return readings.map((reading, index) => {
    const { history: _, ...observation } = look(index * every, replicas, [reading])
    const step = decide(given, observation, history)
    history = step.history
    replicas = step.decision.replicas
    return replicas
  })
}

const repeat = (value: number, times: number) => Array.from({ length: times }, () => value)

describe('A look of the HPA', () => {
  it('doubles, or goes to four, every 15 s by default, until it has what it asks for', () => {
    expect(follow(settings(), 1, repeat(500, 6))).toEqual([4, 8, 16, 32, 50, 50])
    expect(follow(settings({ behavior: {} }), 1, repeat(500, 6))).toEqual([5, 10, 20, 40, 50, 50])
  })

  it('waits out five minutes before it scales down, by default', () => {
    for (const behavior of [undefined, {}]) {
      const went = follow(settings({ behavior }), 20, [200, ...repeat(10, 22)])
      expect(went.findIndex((replicas) => replicas < 20)).toBe(behavior ? 20 : 21)
      expect(went.at(-1)).toBe(1)
    }
  })

  it('remembers how many there were when it began, as if that had been recommended', () => {
    const went = follow(settings({ behavior: {} }), 20, repeat(10, 22))
    expect(went.slice(0, 20)).toEqual(repeat(20, 20))
    expect(went[20]).toBe(1)
  })

  it('goes on growing for a peak that is over, without behavior; not with it', () => {
    const peak = [500, 0, 0, 0]
    expect(follow(settings(), 1, peak)).toEqual([4, 8, 16, 32])
    expect(follow(settings({ behavior: {} }), 1, peak)).toEqual([5, 5, 5, 5])
  })

  it('does nothing at zero unless zero is allowed', () => {
    const { history: _, ...none } = look(0, 0, [500])
    expect(decide(settings(), none).decision).toMatchObject({
      replicas: 0,
      because: 'scaling-disabled',
    })
    expect(decide(settings({ minReplicas: 0 }), none).decision.replicas).toBe(4)
  })

  it('goes to zero where that is allowed, and to one where it is not', () => {
    const given = { downscaleStabilizationSeconds: 0 }
    expect(follow(settings({ ...given, minReplicas: 0 }), 3, [0, 0])).toEqual([3, 0])
    expect(follow(settings(given), 3, [0, 0])).toEqual([3, 1])
  })

  it('brings what is beyond the bounds back at once, whatever the metric', () => {
    const { history: _a, ...many } = look(0, 200, [undefined])
    const { history: _b, ...few } = look(0, 1, [undefined])
    expect(decide(settings(), many).decision).toMatchObject({
      replicas: 100,
      because: 'above-maximum',
    })
    expect(decide(settings({ minReplicas: 3 }), few).decision).toMatchObject({
      replicas: 3,
      because: 'below-minimum',
    })
  })

  it('is an error with more or fewer readings than metrics', () => {
    const { history: _, ...two } = look(0, 1, [1, 2])
    expect(() => decide(settings(), two)).toThrow('2 readings of 1 metrics')
  })
})

describe('Several metrics', () => {
  const two = settings({
    metrics: [lag, { ...lag, name: 'age' }],
    downscaleStabilizationSeconds: 0,
  })
  const decided = (readings: Reading[], replicas = 5) => {
    const { history: _, ...observation } = look(100, replicas, readings)
    return decide(two, observation, { ...noHistory, recommendations: [] }).decision
  }

  it('do what the one that asks for the most says', () => {
    expect(decided([30, 70]).replicas).toBe(7)
    expect(decided([70, 30])).toMatchObject({ replicas: 7, decisive: { metric: { name: 'lag' } } })
  })

  it('scale up although one cannot be had', () => {
    expect(decided([undefined, 70]).replicas).toBe(7)
  })

  it('do not scale down while one cannot be had', () => {
    expect(decided([undefined, 20])).toMatchObject({ replicas: 5, because: 'no-valid-metric' })
    expect(decided([20, 20]).replicas).toBe(2)
  })

  it('change nothing when none can be had', () => {
    expect(decided([undefined, undefined])).toMatchObject({
      replicas: 5,
      because: 'no-valid-metric',
    })
  })
})

describe('Settings', () => {
  it.each<[string, Partial<HpaManifest>, string]>([
    ['a target of none', { metrics: [{ ...lag, target: 0 }] }, 'The target of lag is 0'],
    ['no metric', { metrics: [] }, 'There is no metric'],
    ['the most below the least', { minReplicas: 5, maxReplicas: 4 }, 'maxReplicas is 4'],
    ['half a pod', { minReplicas: 0.5 }, 'minReplicas is 0.5'],
    ['no policies', { behavior: { scaleUp: { policies: [] } } }, 'scaleUp.policies is empty'],
    [
      'a window of more than an hour',
      { behavior: { scaleDown: { stabilizationWindowSeconds: 3_601 } } },
      '3601',
    ],
    [
      'a period of more than half an hour',
      { behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 1_801 }] } } },
      '1801',
    ],
  ])('refuse %s', (_, given, sentence) => {
    expect(() => settings(given)).toThrow(sentence)
  })
})

const policy = fc.record({
  type: fc.constantFrom('Pods' as const, 'Percent' as const),
  value: fc.integer({ min: 1, max: 200 }),
  periodSeconds: fc.integer({ min: 1, max: 300 }),
})
const rules = fc.record({
  stabilizationWindowSeconds: fc.integer({ min: 0, max: 300 }),
  selectPolicy: fc.constantFrom('Max' as const, 'Min' as const, 'Disabled' as const),
  policies: fc.array(policy, { minLength: 1, maxLength: 3 }),
})
const manifest = fc
  .record({
    minReplicas: fc.integer({ min: 1, max: 20 }),
    more: fc.integer({ min: 0, max: 200 }),
    behavior: fc.option(fc.record({ scaleUp: rules, scaleDown: rules }), { nil: undefined }),
  })
  .map(({ more, ...given }) => settings({ ...given, maxReplicas: given.minReplicas + more }))
const values = fc.array(fc.option(fc.integer({ min: 0, max: 5_000 }), { nil: undefined }), {
  maxLength: 60,
})

describe('Whatever it is told', () => {
  it('stays between the least and the most', () => {
    fc.assert(
      fc.property(manifest, values, (given, readings) => {
        for (const replicas of follow(given, given.minReplicas, readings)) {
          expect(replicas).toBeGreaterThanOrEqual(given.minReplicas)
          expect(replicas).toBeLessThanOrEqual(given.maxReplicas)
        }
      }),
    )
  })

  it('goes only in the direction that was asked for within its windows', () => {
    fc.assert(
      fc.property(manifest, values, (given, readings) => {
        let history: HpaHistory = noHistory
        let replicas = given.minReplicas
        for (const [index, reading] of readings.entries()) {
          const { history: _, ...observation } = look(index * 15, replicas, [reading])
          const { decision, history: next } = decide(given, observation, history)
          const asked = decision.decisive?.replicas ?? replicas
          const known = [asked, ...(next.recommendations ?? []).map((one) => one.replicas)]
          const isGreedy = given.behavior === undefined
          if (decision.replicas > replicas && !isGreedy) expect(asked).toBeGreaterThan(replicas)
          if (decision.replicas < replicas) expect(Math.min(...known)).toBeLessThan(replicas)
          history = next
          replicas = decision.replicas
        }
      }),
    )
  })

  it('does not change its settings, its observation or its history', () => {
    const given = Object.freeze(settings({ behavior: {} }))
    const history = Object.freeze({
      recommendations: Object.freeze([]),
      scaleUps: Object.freeze([]),
      scaleDowns: Object.freeze([]),
    })
    const { history: _, ...observation } = look(0, 1, [500])
    expect(decide(given, Object.freeze(observation), history)).toEqual(
      decide(given, observation, history),
    )
  })
})
