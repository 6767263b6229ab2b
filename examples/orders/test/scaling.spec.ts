import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

import {
  decide,
  type HpaManifest,
  hpaSettings,
  loadOf,
  noHistory,
  plateau,
  simulate,
  simulationDefaults,
} from '#autoscaling'
import { describeSettings, parseSettings } from '#service-defaults'

import { combine, find, kustomize, settingsIn } from '../../../test/manifests/manifests.js'
import { subscriptions } from '../contracts/contracts.js'
import { paymentServiceSettings } from '../payment-service/payment-service.settings.js'

/** Seconds that an order may wait to be paid. */
const BEARABLE = 3

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

interface Hpa {
  spec: {
    scaleTargetRef: { kind: string; name: string }
    minReplicas: number
    maxReplicas: number
    metrics: [
      {
        external: {
          metric: { name: string; selector: { matchLabels: Record<string, string> } }
          target: { type: string; averageValue: string }
        }
      },
    ]
    behavior: NonNullable<HpaManifest['behavior']>
  }
}

const { spec }: Hpa = parse(read('examples/orders/k8s/horizontal-pod-autoscaler.yaml'))
const { metric, target } = spec.metrics[0].external
const settings = parseSettings(paymentServiceSettings, {})
const perReplica = (1_000 / settings.PAYMENT_WORK_MS) * settings.PAYMENT_CONCURRENCY
const hpa = hpaSettings({
  minReplicas: spec.minReplicas,
  maxReplicas: spec.maxReplicas,
  metrics: [{ name: 'lag', type: 'AverageValue', target: Number(target.averageValue) }],
  behavior: spec.behavior,
})

describe('the autoscaler of payment-service', () => {
  it('wants a lag for each replica of what it does in the time that one can wait', () => {
    expect(target).toEqual({ type: 'AverageValue', averageValue: String(perReplica * BEARABLE) })
  })

  it('looks at the topic and the group that the contracts name, up to its partitions', () => {
    expect(subscriptions['payment-service']).toEqual([metric.selector.matchLabels['topic']])
    expect(metric.selector.matchLabels['consumergroup']).toBe('payment-service')
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([1, settings.PAYMENT_TAKE_PARTITIONS])
  })

  it('asks for ten replicas when ten times the target waits, and for no more than partitions', () => {
    const replicasFor = (lag: number) => {
      const observation = {
        at: 0,
        specReplicas: 8,
        statusReplicas: 8,
        readyPods: 8,
        readings: [lag],
      }
      return decide(hpa, observation, noHistory).decision.replicas
    }
    expect(replicasFor(10 * Number(target.averageValue))).toBe(10)
    expect(replicasFor(1_000 * Number(target.averageValue))).toBe(12)
  })

  it('carries 80 orders a second in a simulation, and one replica does not', () => {
    const load = loadOf(plateau({ base: 4, peak: 80, from: 60, to: 600 }), 900, 0.1)
    const worker = {
      ...simulationDefaults.worker,
      serviceSeconds: settings.PAYMENT_WORK_MS / 1_000,
      concurrency: settings.PAYMENT_CONCURRENCY,
    }
    const path = { scrapeSeconds: 15, adapterSeconds: 0, averageSeconds: 0 }
    const scaled = simulate(
      { ...simulationDefaults, worker, scaler: { kind: 'hpa', hpa, metric: path } },
      load,
    )
    const fixed = simulate({ ...simulationDefaults, worker, scaler: { kind: 'none' } }, load)
    const wait = ({ totals }: typeof scaled) => totals.wait.p50
    expect(scaled.totals.waiting).toBeLessThan(BEARABLE * 4)
    expect(wait(scaled)).toBeLessThan(BEARABLE)
    expect(wait(fixed)).toBeGreaterThan(100 * BEARABLE)
  })
})

describe('the Deployment of payment-service', () => {
  it("is user-approval-service's under another name, but for who scales it", () => {
    const bare = (text: string) =>
      text
        .replaceAll(/^ *#.*\n|^  namespace: tideway\n/gm, '')
        .replace(/tideway\/autoscaler: \w+/, 'tideway/autoscaler: …')
    const copied = read('k8s/base/user-approval-service.yaml')
      .replaceAll('user-approval-service', 'payment-service')
      .replaceAll('3002', String(settings.PORT))
    expect(bare(read('examples/orders/k8s/payment-service.yaml'))).toBe(bare(copied))
  })

  it.skipIf(!kustomize.isThere)(`is added to the system by one component${kustomize.note}`, () => {
    const { manifests } = combine({
      resources: ['k8s/overlays/local'],
      components: ['examples/orders/k8s'],
    })
    for (const kind of ['Deployment', 'HorizontalPodAutoscaler']) {
      expect(find(manifests, kind, 'payment-service').metadata.namespace).toBe('tideway')
    }
    const defaults = describeSettings(paymentServiceSettings).map((each) => [
      each.name,
      each.default,
    ])
    const given = Object.entries(settingsIn(manifests)).filter(([name]) =>
      name.startsWith('PAYMENT_'),
    )
    expect(given).toHaveLength(4)
    for (const [name, value] of given) expect(value).toBe(Object.fromEntries(defaults)[name])
  })
})
