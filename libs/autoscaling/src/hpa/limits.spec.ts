import { describe, expect, it } from 'vitest'
import { withEvent, changeWithin, type Recommendation, type ScaleEvent } from './history.js'
import { hpaSettings, type ScalingPolicy, type ScalingRules } from './hpa.settings.js'
import {
  limitByBehavior,
  limitWithoutBehavior,
  scaleDownLimit,
  scaleUpLimit,
  stabilize,
  stabilizeWithoutBehavior,
} from './limits.js'

const NOW = 10_000
const MINUTE = 60

const pods = (value: number, periodSeconds: number): ScalingPolicy => ({
  type: 'Pods',
  value,
  periodSeconds,
})
const percent = (value: number, periodSeconds: number): ScalingPolicy => ({
  type: 'Percent',
  value,
  periodSeconds,
})

function behavior(up: Partial<ScalingRules>, down: Partial<ScalingRules>) {
  const metrics = [{ name: 'lag', type: 'Value', target: 1 } as const]
  return hpaSettings({ maxReplicas: 1, metrics, behavior: { scaleUp: up, scaleDown: down } })
    .behavior!
}

/** Spread over the last seconds as `generateEventsUniformDistribution` does it. */
function spread(changes: number[], seconds: number): ScaleEvent[] {
  const segment = seconds / changes.length
  return changes.map((change, index) => ({
    change,
    at: NOW - Math.trunc(seconds - segment * (index + 1) + segment / 2),
  }))
}

interface RateCase {
  min?: number
  max?: number
  up?: ScalingPolicy[]
  down?: ScalingPolicy[]
  ups?: number[]
  downs?: number[]
  from: number
  desired: number
  to: number
  reason: string
}

describe("Policies with Kubernetes' own examples (TestScalingWithRules)", () => {
  it.each<[string, RateCase]>([
    [
      'desired within range',
      { from: 5, desired: 7, min: 3, max: 8, to: 7, reason: 'DesiredWithinRange' },
    ],
    [
      'fewer than the least',
      { from: 3, desired: 1, min: 2, max: 8, to: 2, reason: 'TooFewReplicas' },
    ],
    [
      'none, where the least is none',
      { from: 1, desired: 0, min: 0, max: 10, to: 0, reason: 'DesiredWithinRange' },
    ],
    [
      'the most, which is below the rate',
      { from: 20, desired: 1_000, max: 10, to: 10, reason: 'TooManyReplicas' },
    ],
    [
      'more than the most',
      { from: 100, desired: 1_000, min: 100, max: 150, to: 150, reason: 'TooManyReplicas' },
    ],
    [
      'one per cent more, rounded up',
      { from: 3, desired: 1_000, max: 2_000, up: [percent(1, 60)], to: 4, reason: 'ScaleUpLimit' },
    ],
    [
      'twenty pods fewer',
      {
        from: 1_000,
        desired: 3,
        min: 3,
        max: 2_000,
        down: [pods(20, 60)],
        to: 980,
        reason: 'ScaleDownLimit',
      },
    ],
    ['the default upwards', { from: 10, desired: 50, to: 20, reason: 'ScaleUpLimit' }],
    [
      'pods beyond per cent',
      {
        from: 10,
        desired: 500,
        up: [pods(100, 60), percent(100, 60)],
        to: 110,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'per cent beyond pods',
      {
        from: 10,
        desired: 500,
        up: [pods(2, 60), percent(100, 60)],
        to: 20,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'a large policy of pods',
      { from: 10, desired: 50, up: [pods(100, 60)], to: 50, reason: 'DesiredWithinRange' },
    ],
    [
      'a policy of pods',
      { from: 10, desired: 50, up: [pods(30, 60)], to: 40, reason: 'ScaleUpLimit' },
    ],
    [
      'a policy of per cent',
      { from: 10, desired: 50, up: [percent(200, 60)], to: 30, reason: 'ScaleUpLimit' },
    ],
    [
      'down by pods beyond per cent',
      {
        from: 100,
        desired: 2,
        down: [pods(20, 60), percent(1, 60)],
        to: 80,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down by two pods',
      {
        from: 100,
        desired: 2,
        down: [pods(2, 60), percent(1, 60)],
        to: 98,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down to the least by pods',
      { from: 10, desired: 0, down: [pods(100, 60)], to: 1, reason: 'TooFewReplicas' },
    ],
    [
      'down to the least by per cent',
      { from: 10, desired: 2, min: 5, down: [percent(100, 60)], to: 5, reason: 'TooFewReplicas' },
    ],
    [
      'down by five',
      { from: 10, desired: 2, down: [pods(5, 60)], to: 5, reason: 'ScaleDownLimit' },
    ],
    [
      'down by half',
      { from: 10, desired: 5, down: [percent(50, 60)], to: 5, reason: 'DesiredWithinRange' },
    ],
    [
      'the most, after events',
      {
        from: 100,
        desired: 500,
        max: 200,
        up: [pods(300, 60)],
        ups: [1, 5, 9],
        to: 200,
        reason: 'TooManyReplicas',
      },
    ],
    [
      'nothing more after many events',
      {
        from: 100,
        desired: 500,
        up: [pods(5, 120)],
        ups: [1, 5, 9],
        to: 100,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'pods since the period began',
      {
        from: 100,
        desired: 500,
        up: [pods(150, 120)],
        ups: [1, 5, 9],
        to: 235,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'per cent since the period began',
      {
        from: 100,
        desired: 500,
        up: [percent(200, 120)],
        ups: [1, 5, 9],
        to: 255,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'up after both directions',
      {
        from: 6,
        desired: 24,
        up: [percent(300, 300)],
        ups: [4],
        downs: [2],
        to: 16,
        reason: 'ScaleUpLimit',
      },
    ],
    [
      'down without a rate',
      { from: 10, desired: 5, downs: [1, 5, 9], to: 5, reason: 'DesiredWithinRange' },
    ],
    [
      'down no further after events',
      {
        from: 100,
        desired: 2,
        down: [pods(5, 120)],
        downs: [1, 5, 9],
        to: 100,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down by half of the beginning',
      {
        from: 100,
        desired: 0,
        down: [percent(50, 120)],
        downs: [2, 4, 6],
        to: 56,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down after both directions',
      {
        from: 10,
        desired: 1,
        down: [percent(50, 180)],
        ups: [2],
        downs: [4],
        to: 6,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down not above what there is',
      {
        from: 100,
        desired: 0,
        down: [percent(10, 120)],
        downs: [10, 10, 10],
        to: 100,
        reason: 'ScaleDownLimit',
      },
    ],
    [
      'down below none',
      {
        from: 10,
        desired: 5,
        down: [percent(1_000, 120)],
        downs: [10, 10, 10],
        to: 5,
        reason: 'DesiredWithinRange',
      },
    ],
    [
      'up with two periods',
      {
        from: 100,
        desired: 200,
        up: [pods(1_000, 30), percent(100, 60)],
        ups: [8, 12, 9, 11],
        to: 200,
        reason: 'DesiredWithinRange',
      },
    ],
  ])(
    '%s',
    (_, { min = 1, max = 1_000, up, down, ups = [], downs = [], from, desired, to, reason }) => {
      const rules = behavior(up ? { policies: up } : {}, down ? { policies: down } : {})
      const history = { scaleUps: spread(ups, 120), scaleDowns: spread(downs, 120) }
      const bounds = { minReplicas: min, maxReplicas: max }
      expect(limitByBehavior(desired, from, bounds, rules, history, NOW)).toMatchObject({
        replicas: to,
        reason,
      })
    },
  )
})

describe('selectPolicy', () => {
  const none = { scaleUps: [], scaleDowns: [] }
  const policies = [pods(2, 60), percent(50, 60)]

  it('Min takes the least change (TestCalculateScaleUpLimitWithScalingRules, …DownLimitWithBehaviors)', () => {
    const { scaleUp, scaleDown } = behavior(
      { selectPolicy: 'Min', policies },
      { selectPolicy: 'Min', policies },
    )
    expect(scaleUpLimit(1, scaleUp, none, NOW).limit).toBe(2)
    expect(scaleDownLimit(5, scaleDown, none, NOW).limit).toBe(3)
  })

  it('Max takes the most change', () => {
    const { scaleUp, scaleDown } = behavior({ policies }, { policies })
    expect(scaleUpLimit(1, scaleUp, none, NOW).limit).toBe(3)
    expect(scaleDownLimit(5, scaleDown, none, NOW).limit).toBe(2)
  })

  it('Disabled allows none', () => {
    const rules = behavior({ selectPolicy: 'Disabled' }, { selectPolicy: 'Disabled' })
    const bounds = { minReplicas: 1, maxReplicas: 100 }
    expect(limitByBehavior(50, 10, bounds, rules, none, NOW).replicas).toBe(10)
    expect(limitByBehavior(2, 10, bounds, rules, none, NOW).replicas).toBe(10)
  })
})

const ago = (replicas: number, minutes: number): Recommendation => ({
  replicas,
  at: NOW - minutes * MINUTE,
})

describe("Windows with Kubernetes' own examples (TestNormalizeDesiredReplicasWithBehavior)", () => {
  it.each<[string, Recommendation[], number, number, number, number, number]>([
    ['nothing recommended before', [], 100, 5, 0, 0, 5],
    ['down to the highest', [ago(4, 2), ago(5, 1)], 100, 3, 0, 180, 5],
    ['up to the lowest', [ago(4, 2), ago(5, 1)], 1, 7, 300, 0, 4],
    ['no window downwards', [ago(1, 2), ago(2, 1)], 100, 3, 300, 0, 3],
    ['no window upwards', [ago(4, 2), ago(5, 1)], 1, 3, 0, 300, 3],
    ['too old', [ago(10, 10), ago(9, 9)], 100, 3, 0, 0, 3],
    ['some too old, downwards', [ago(10, 10), ago(4, 1), ago(5, 2), ago(9, 9)], 100, 3, 0, 180, 5],
    ['some too old, upwards', [ago(10, 100), ago(6, 1), ago(5, 2), ago(9, 3)], 1, 100, 300, 0, 5],
    ['not up when it goes down', [ago(2, 100), ago(3, 3)], 2, 1, 300, 300, 2],
    ['not down when it goes up', [ago(2, 100), ago(1, 3)], 2, 3, 300, 300, 2],
  ])('%s', (_, past, current, desired, up, down, expected) => {
    const rules = behavior({ stabilizationWindowSeconds: up }, { stabilizationWindowSeconds: down })
    expect(stabilize(desired, current, past, rules, NOW).replicas).toBe(expected)
  })

  it.each<[string, Recommendation[], number]>([
    ['empty', [], 3],
    ['stabilize', [ago(4, 2), ago(5, 1)], 5],
    ['no stabilize', [ago(1, 2), ago(2, 1)], 3],
    ['old recommendations', [ago(10, 10), ago(9, 9)], 3],
    ['old ones among them', [ago(10, 10), ago(4, 1), ago(5, 2), ago(9, 9)], 5],
  ])('without behavior: %s (TestNormalizeDesiredReplicas)', (_, past, expected) => {
    expect(stabilizeWithoutBehavior(3, past, 300, NOW).replicas).toBe(expected)
  })
})

describe("Without behavior, with Kubernetes' own examples (TestConvertDesiredReplicasWithRules)", () => {
  it.each([
    [5, 7, 3, 8, 7, 'DesiredWithinRange'],
    [3, 1, 2, 8, 2, 'TooFewReplicas'],
    [1, 0, 0, 10, 0, 'DesiredWithinRange'],
    [20, 1_000, 1, 10, 10, 'TooManyReplicas'],
    [3, 1_000, 1, 2_000, 6, 'ScaleUpLimit'],
    [1, 1_000, 1, 2_000, 4, 'ScaleUpLimit'],
  ])('from %i, asked for %i, between %i and %i: %i', (from, desired, min, max, to, reason) => {
    const bounds = { minReplicas: min, maxReplicas: max }
    expect(limitWithoutBehavior(desired, from, bounds)).toMatchObject({ replicas: to, reason })
  })
})

describe("Events with Kubernetes' own examples (TestStoreScaleEvents)", () => {
  const event = (change: number, secondsAgo: number): ScaleEvent => ({
    change,
    at: NOW - secondsAgo,
  })

  it.each<[string, ScaleEvent[], ScalingPolicy[], number[], number]>([
    ['the first', [], [pods(10, 60), percent(100, 60)], [5], 0],
    ['in the place of an outdated one', [event(7, 61)], [pods(10, 60), percent(100, 60)], [5], 0],
    ['beside one that counts', [event(7, 58)], [pods(10, 60), percent(100, 60)], [7, 5], 7],
    ['one of two is outdated', [event(7, 61), event(6, 59)], [pods(10, 60)], [5, 6], 6],
    [
      'periods that differ',
      [event(8, 29), event(6, 59), event(7, 61), event(9, 61)],
      [pods(10, 60), percent(100, 30)],
      [8, 6, 7, 5],
      14,
    ],
    [
      'none is outdated',
      [event(7, 58), event(6, 59)],
      [pods(10, 120), percent(100, 30)],
      [7, 6, 5],
      13,
    ],
  ])('%s', (_, before, policies, after, within) => {
    const { scaleUp } = behavior({ policies }, {})
    expect(changeWithin(60, before, NOW)).toBe(within)
    expect(withEvent(before, event(5, 0), scaleUp).map(({ change }) => change)).toEqual(after)
  })
})
