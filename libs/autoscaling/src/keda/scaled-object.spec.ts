import { describe, expect, it } from 'vitest'
import { decide } from '../hpa/decide.js'
import { kafkaTrigger } from './kafka-lag.js'
import {
  decideActivity,
  hpaOf,
  scaledObject,
  withFallback,
  type ActivityObservation,
  type ScaledObject,
} from './scaled-object.js'

function activity(given: Partial<ScaledObject>, observed: Partial<ActivityObservation>) {
  const { replicas, because, lastActiveAt } = decideActivity(scaledObject(given), {
    at: 1e3,
    current: 1,
    isActive: false,
    isError: false,
    createdAt: 0,
    lastActiveAt: undefined,
    ...observed,
  })
  return { replicas, because, lastActiveAt }
}

describe('Between none and some', () => {
  it('an active trigger starts one, or as many as the least', () => {
    const active = { isActive: true, current: 0 }
    expect(activity({}, active)).toEqual({ replicas: 1, because: 'activated', lastActiveAt: 1_000 })
    expect(activity({ minReplicaCount: 4 }, active).replicas).toBe(4)
  })

  it('an active trigger leaves what runs to the HPA, and is remembered', () => {
    expect(activity({}, { isActive: true, current: 7 })).toEqual({
      replicas: 7,
      because: 'active',
      lastActiveAt: 1e3,
    })
  })

  it('none run when the cooldown is over, and not at its last second', () => {
    expect(activity({}, { current: 3, lastActiveAt: 699 })).toMatchObject({
      replicas: 0,
      because: 'cooled-down',
    })
    expect(activity({}, { current: 3, lastActiveAt: 700 })).toMatchObject({
      replicas: 3,
      because: 'cooling-down',
    })
  })

  it('without a known activity only the first cooldown counts', () => {
    expect(activity({}, { current: 3 }).replicas).toBe(0)
    expect(activity({ initialCooldownPeriod: 1_000 }, { current: 3 }).replicas).toBe(3)
  })

  it('a least above none keeps the last ones, and brings back what is missing', () => {
    expect(activity({ minReplicaCount: 2 }, { current: 5, lastActiveAt: 0 }).replicas).toBe(5)
    expect(activity({ minReplicaCount: 2 }, { current: 1 })).toMatchObject({
      replicas: 2,
      because: 'below-minimum',
    })
  })

  it('idle replicas are what is left, and become the least again (TestScaleToIdleReplicasWhenNotActive, …FromIdle…)', () => {
    const idle = { minReplicaCount: 5, idleReplicaCount: 1 }
    expect(activity(idle, { current: 5, lastActiveAt: 0 }).replicas).toBe(1)
    expect(activity(idle, { current: 1, isActive: true })).toMatchObject({
      replicas: 5,
      because: 'activated',
    })
  })

  it('a scaler that fails leads to the fallback, where there is one (TestScaleToFallbackReplicasWhenNotActiveAndIsError)', () => {
    const fallback = { failureThreshold: 3, replicas: 5 }
    expect(activity({ fallback }, { isError: true, current: 2 })).toMatchObject({
      replicas: 5,
      because: 'fallback',
    })
    expect(activity({}, { isError: true, current: 2, lastActiveAt: 0 }).replicas).toBe(2)
  })
})

describe('The fallback of the metric (fallback_test.go)', () => {
  const object = scaledObject({ fallback: { failureThreshold: 3, replicas: 10 } })
  const trigger = kafkaTrigger({ lagThreshold: 10 })

  it('is what makes the HPA ask for so many replicas', () => {
    const { metric } = withFallback(object, trigger, undefined, 3)
    expect(metric).toBe(100)
    const scale = { specReplicas: 6, statusReplicas: 6, readyPods: 6 }
    expect(
      decide(hpaOf(object, trigger), { at: 0, ...scale, readings: [metric] }).decision.replicas,
    ).toBe(10)
  })

  it('comes after more failures than the threshold, not before', () => {
    expect(withFallback(object, trigger, undefined, 2)).toMatchObject({
      metric: undefined,
      failures: 3,
    })
    expect(withFallback(object, trigger, undefined, 3)).toMatchObject({
      isFallback: true,
      failures: 4,
    })
  })

  it('is over, and counted anew, with the first value', () => {
    expect(withFallback(object, trigger, 5, 5)).toEqual({
      metric: 5,
      failures: 0,
      isFallback: false,
    })
  })

  it('is only for averages', () => {
    const value = scaledObject({
      metricType: 'Value',
      fallback: { failureThreshold: 0, replicas: 10 },
    })
    expect(withFallback(value, trigger, undefined, 9).metric).toBeUndefined()
  })
})

describe('The HPA that KEDA makes', () => {
  it('never asks for fewer than one, and has the threshold as its target', () => {
    expect(hpaOf(scaledObject(), kafkaTrigger({ lagThreshold: 50 }))).toMatchObject({
      minReplicas: 1,
      maxReplicas: 100,
      metrics: [{ type: 'AverageValue', target: 50 }],
      behavior: undefined,
    })
    expect(hpaOf(scaledObject({ minReplicaCount: 3 }), kafkaTrigger()).minReplicas).toBe(3)
  })
})

describe('A ScaledObject', () => {
  it.each<[Partial<ScaledObject>, string]>([
    [{ minReplicaCount: 5, maxReplicaCount: 4 }, 'minReplicaCount 5'],
    [{ minReplicaCount: 2, idleReplicaCount: 2 }, 'idleReplicaCount 2'],
    [{ fallback: { failureThreshold: -3, replicas: 10 } }, 'fallback.failureThreshold'],
  ])('refuses %j, as KEDA does', (given, sentence) => {
    expect(() => scaledObject(given)).toThrow(sentence)
  })
})
