import { describe, expect, it } from 'vitest'
import { explain } from './explain.js'
import { decide } from './hpa/decide.js'
import { noHistory, type HpaHistory } from './hpa/history.js'
import { hpaSettings, type HpaManifest } from './hpa/hpa.settings.js'
import type { Reading } from './hpa/metric-replicas.js'
import { kafkaLag, kafkaTrigger } from './keda/kafka-lag.js'
import { decideActivity, hpaOf, scaledObject } from './keda/scaled-object.js'

const lag = { name: 'The lag', type: 'AverageValue', target: 50 } as const

function explained(
  reading: Reading,
  replicas: number,
  given: Partial<HpaManifest> = {},
  history: HpaHistory = noHistory,
) {
  const settings = hpaSettings({ maxReplicas: 100, metrics: [lag], behavior: {}, ...given })
  const scale = { specReplicas: replicas, statusReplicas: replicas, readyPods: replicas }
  return explain(decide(settings, { at: 100, ...scale, readings: [reading] }, history).decision)
}

describe('An explanation', () => {
  it('has the value, the target, the ratio and the sum', () => {
    expect(explained(400, 6)).toBe(
      'The lag is 400 against 50 a replica, 1.33 times what the target allows: 400 / 50 asks for 8. From 6 to 8 replicas.',
    )
  })

  it('names the policy that limited it', () => {
    expect(explained(1_234, 5)).toBe(
      'The lag is 1,234 against 50 a replica, 4.94 times what the target allows: 1,234 / 50 asks for 25. ' +
        'The policy of 100 % more in 15 s allows 10 for now. From 5 to 10 replicas.',
    )
  })

  it('names the window that held it', () => {
    const history = { ...noHistory, recommendations: [{ at: 90, replicas: 9 }] }
    expect(explained(50, 10, {}, history)).toBe(
      'The lag is 50 against 50 a replica, 0.1 times what the target allows: 50 / 50 asks for 1. ' +
        'As many as 9 were asked for in the last 300 s, so no fewer for now. From 10 to 9 replicas.',
    )
  })

  it('says when the tolerance keeps it', () => {
    expect(explained(505, 10)).toBe(
      'The lag is 505 against 50 a replica, 1.01 times what the target allows: within the tolerance of 0.9 to 1.1, ' +
        'so nothing is asked for. It stays at 10 replicas.',
    )
  })

  it('says when the most or the least is reached', () => {
    expect(explained(5_000, 60)).toContain('asks for 100. From 60 to 100 replicas.')
    expect(explained(50_000, 60)).toContain('maxReplicas is 100. From 60 to 100')
  })

  it('says what a disabled direction and the rules without behavior allow', () => {
    expect(explained(500, 2, { behavior: { scaleUp: { selectPolicy: 'Disabled' } } })).toContain(
      'Scaling up is disabled. It stays at 2 replicas.',
    )
    expect(explained(500, 1, { behavior: undefined })).toContain(
      'At once it may only double, or reach four: 4. From 1 to 4 replicas.',
    )
  })

  it('says when there is no metric', () => {
    expect(explained(undefined, 3)).toBe(
      'The lag cannot be had. Without a valid metric nothing is scaled. It stays at 3 replicas.',
    )
  })

  it('says what the pods are multiplied by', () => {
    const metrics = [{ ...lag, type: 'Value' as const }]
    expect(explained(100, 3, { metrics })).toContain(
      '100 against 50 in all, 2 times what the target allows: 2 × 3 replicas that are ready asks for 6.',
    )
  })

  it("tells first what KEDA made of the partitions' lag", () => {
    const trigger = kafkaTrigger({ lagThreshold: 50 })
    const { lag: waiting } = kafkaLag(trigger, [
      { end: 900, committed: 0 },
      { end: 10, committed: 10 },
    ])
    const scale = { specReplicas: 1, statusReplicas: 1, readyPods: 1 }
    const hpa = hpaOf(scaledObject(), trigger)
    expect(
      explain(decide(hpa, { at: 0, ...scale, readings: [waiting.metric] }).decision, waiting),
    ).toBe(
      '900 waiting in 1 of 2 partitions; told as 100, because more replicas than partitions would be idle. ' +
        'The lag is 100 against 50 a replica, 2 times what the target allows: 100 / 50 asks for 2. From 1 to 2 replicas.',
    )
  })

  it('tells why KEDA leaves the last ones running', () => {
    const observed = {
      at: 200,
      current: 2,
      isActive: false,
      isError: false,
      createdAt: 0,
      lastActiveAt: 80,
    }
    expect(explain(decideActivity(scaledObject(), observed))).toBe(
      'It was last active 120 s ago: the cooldown of 300 s is not over. It stays at 2 replicas.',
    )
  })
})
