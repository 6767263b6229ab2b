import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MetricSpec } from './hpa.settings.js'
import { proposalOf, type Reading } from './metric-replicas.js'

const tenth = { scaleUp: 0.1, scaleDown: 0.1 }

function proposed(
  type: MetricSpec['type'],
  target: number,
  reading: Reading,
  replicas: number,
  { readyPods = replicas, statusReplicas = replicas, tolerances = tenth } = {},
): number | undefined {
  const scale = { specReplicas: replicas, statusReplicas, readyPods }
  return proposalOf({ name: 'lag', type, target }, reading, scale, tolerances).replicas
}

describe("An external metric with Kubernetes' own examples (replica_calculator_test.go)", () => {
  // As there: levels and targets in thousandths.
  it.each([
    ['ScaleUpCMExternal', 'Value', 1, 8.6, 4.4, 2],
    ['ScaleDownCMExternal', 'Value', 5, 8.6, 14.334, 3],
    ['ToleranceCMExternal', 'Value', 3, 8.6, 8.888, 3],
    ['ScaleUpPerPodCMExternal', 'AverageValue', 3, 8.6, 2.15, 4],
    ['ScaleDownPerPodCMExternal', 'AverageValue', 5, 8.6, 2.867, 3],
    ['TolerancePerPodCMExternal', 'AverageValue', 3, 8.6, 2.9, 3],
    ['TestScaleUpCMExternal', 'Value', 3, 8.6, 6.666, 4],
  ] as const)('%s', (_, type, replicas, value, target, expected) => {
    expect(proposed(type, target, value, replicas)).toBe(expected)
  })

  it('ScaleUpCMExternalIgnoresUnreadyPods: only ready pods are multiplied', () => {
    expect(proposed('Value', 4.4, 8.6, 3, { readyPods: 1 })).toBe(2)
  })

  it('readiness does not matter to an average: the value is divided', () => {
    expect(proposed('AverageValue', 4.4, 8.6, 3, { readyPods: 0 })).toBe(2)
  })

  it.each([
    ['ConfigurableToleranceCMExternal', 'Value', 8.9, 8.8],
    ['ConfigurableTolerancePerPodCMExternal', 'AverageValue', 8.6, 2.8],
  ] as const)('%s: a smaller tolerance upwards', (_, type, value, target) => {
    const tolerances = { scaleUp: 0.01, scaleDown: 0.1 }
    expect(proposed(type, target, value, 3, { tolerances })).toBe(4)
    expect(proposed(type, target, value, 3)).toBe(3)
  })
})

describe('A metric with a value for each pod', () => {
  it('asks for the average over the target, times the pods', () => {
    const reading = { values: [20, 10, 30], missing: 0, pending: 0 }
    expect(proposed('Pods', 10, reading, 3)).toBe(6)
  })

  it('counts pods without a value as idle when it grows', () => {
    const reading = { values: [30, 30], missing: 1, pending: 0 }
    expect(proposed('Pods', 10, reading, 3)).toBe(6)
  })

  it('counts pods without a value as at the target when it shrinks', () => {
    const reading = { values: [2, 2, 2], missing: 1, pending: 0 }
    expect(proposed('Pods', 10, reading, 4)).toBe(2)
  })

  it('counts pods that do not run yet as idle when it grows, and not at all when it shrinks', () => {
    expect(proposed('Pods', 10, { values: [30], missing: 0, pending: 1 }, 2)).toBe(3)
    expect(proposed('Pods', 10, { values: [5], missing: 0, pending: 3 }, 4)).toBe(1)
  })

  it('does not turn the direction because of pods without a value', () => {
    const reading = { values: [13], missing: 1, pending: 0 }
    expect(proposed('Pods', 10, reading, 2)).toBe(2)
  })

  it('is invalid when no pod has a value', () => {
    expect(proposed('Pods', 10, { values: [], missing: 3, pending: 0 }, 3)).toBeUndefined()
  })

  it('which is the total for every pod grows as long as the total is above the target', () => {
    // As the article's sources have it: each pod's exporter tells the lag of the whole group.
    const total = (replicas: number): Reading => ({
      values: Array.from({ length: replicas }, () => 100),
      missing: 0,
      pending: 0,
    })
    expect(proposed('Pods', 5, total(10), 10)).toBe(200)
    expect(proposed('Pods', 5, total(200), 200)).toBe(4_000)
    expect(proposed('AverageValue', 5, 100, 200)).toBe(20)
  })
})

describe('What cannot be had', () => {
  it('asks for nothing', () => {
    expect(proposed('AverageValue', 5, undefined, 3)).toBeUndefined()
  })

  it('is what is no quantity', () => {
    expect(proposed('AverageValue', 5, NaN, 3)).toBeUndefined()
    expect(proposed('Value', 5, Infinity, 3)).toBeUndefined()
  })

  it('is the pods to multiply, when there should be some and are none', () => {
    expect(proposed('Value', 5, 100, 3, { statusReplicas: 0, readyPods: 0 })).toBeUndefined()
  })

  it('is not confused with another kind of reading', () => {
    expect(() => proposed('Pods', 5, 100, 3)).toThrow('lag has a target of type Pods')
    const reading = { values: [1], missing: 0, pending: 0 }
    expect(() => proposed('Value', 5, reading, 3)).toThrow('lag has a target of type Value')
  })
})

describe('From none', () => {
  it('an average and a value ask for what they need, without tolerance', () => {
    expect(proposed('AverageValue', 10, 101, 0)).toBe(11)
    expect(proposed('Value', 10, 101, 0)).toBe(11)
    expect(proposed('Value', 100, 101, 0)).toBe(2)
  })

  it('nothing is asked for when there is nothing', () => {
    expect(proposed('AverageValue', 10, 0, 0)).toBe(0)
    expect(proposed('Value', 10, 0, 0)).toBe(0)
  })
})

const target = fc.integer({ min: 1, max: 10_000 })
const replicas = fc.integer({ min: 1, max: 1_000 })

describe('Any average', () => {
  it('changes nothing within the tolerance', () => {
    fc.assert(
      fc.property(
        target,
        replicas,
        fc.double({ min: 0.901, max: 1.099, noNaN: true }),
        (each, count, ratio) => {
          expect(proposed('AverageValue', each, each * count * ratio, count)).toBe(count)
        },
      ),
    )
  })

  it('outside of it asks for so many that none has more than the target, and for no more than that', () => {
    const lag = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(target, replicas, lag, (each, count, value) => {
        const asked = proposed('AverageValue', each, value, count)!
        if (asked === count) return
        expect(asked * each).toBeGreaterThanOrEqual(value)
        expect((asked - 1) * each).toBeLessThan(value)
      }),
    )
  })

  it('never asks for fewer when there is more', () => {
    const lag = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(target, replicas, lag, lag, (each, count, value, more) => {
        const asked = (of: number) => proposed('AverageValue', each, of, count)!
        // Within the tolerance it stays at what is, which may be a little more or less than what a neighbour asks for.
        if (asked(value) === count || asked(value + more) === count) return
        expect(asked(value + more)).toBeGreaterThanOrEqual(asked(value))
      }),
    )
  })
})
