import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { deadLetterTopic, subscriptions, type TopicName, topics } from '#contracts'
import { describeSettings, parseSettings, type SettingsDefinition } from '#service-defaults'

import { operationServiceSettings } from '../../apps/operation-service/src/operation-service.settings.js'
import { userApprovalServiceSettings } from '../../apps/user-approval-service/src/user-approval-service.settings.js'
import { userServiceSettings } from '../../apps/user-service/src/user-service.settings.js'
import { root } from '../../tools/workspace/paths.mjs'
import {
  build,
  buildAll,
  combinations,
  combine,
  find,
  kustomize,
  type Manifest,
  settingsIn,
} from './manifests.js'
import { containersOf, makesPods, podOf } from './pods.js'

const services: [
  name: string,
  settings: SettingsDefinition & { PORT: { fallback: string | undefined } },
][] = [
  ['operation-service', operationServiceSettings],
  ['user-service', userServiceSettings],
  ['user-approval-service', userApprovalServiceSettings],
]
const allSettings: SettingsDefinition = Object.assign({}, ...services.map(([, each]) => each))
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}

/** What an autoscaler watches, and how far it goes, whichever it is. */
interface Scaling {
  topic: string
  group: string
  least: number
  most: number
  target: number
  behavior: unknown
}

function scalingIn(manifests: Manifest[]): Scaling | undefined {
  const hpa = manifests.find(({ kind }) => kind === 'HorizontalPodAutoscaler')
  if (hpa !== undefined) {
    const { minReplicas, maxReplicas, metrics, behavior } = hpa.spec
    const { metric, target } = metrics[0].external
    const { topic, consumergroup } = metric.selector.matchLabels
    const scaling = { topic, group: consumergroup, least: minReplicas, most: maxReplicas }
    return { ...scaling, target: Number(target.averageValue), behavior }
  }
  const object = manifests.find(({ kind }) => kind === 'ScaledObject')
  if (object === undefined) return undefined
  const { minReplicaCount, maxReplicaCount, triggers, advanced } = object.spec
  const { topic, consumerGroup, lagThreshold } = triggers[0].metadata
  const scaling = { topic, group: consumerGroup, least: minReplicaCount, most: maxReplicaCount }
  const { behavior } = advanced.horizontalPodAutoscalerConfig
  return { ...scaling, target: Number(lagThreshold), behavior }
}

const built = buildAll()
const withServices = built.filter(([, { manifests }]) =>
  manifests.some(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'user-service'),
)

describe.skipIf(!kustomize.isThere)(`names in manifests are the code's${kustomize.note}`, () => {
  describe.each(withServices)('%s', (_name, { manifests }) => {
    const settings = settingsIn(manifests)

    it('sets what a service reads, and nothing else', () => {
      const unknown = Object.keys(settings).filter((name) => !Object.hasOwn(allSettings, name))
      expect(unknown).toEqual([])
    })

    it.each(services)('starts %s: its settings are right', (name, definition) => {
      const [container] = containersOf(find(manifests, 'Deployment', name))
      const ofContainer = (container?.env ?? []).map((each) => [
        each.name,
        each.valueFrom?.secretKeyRef === undefined ? each.value : secretExample(each.name),
      ])
      const env = { ...settings, ...Object.fromEntries(ofContainer) } as Record<string, string>
      expect(parseSettings(definition, env).PORT).toBe(Number(definition.PORT.fallback))
      for (const [given] of ofContainer) expect(Object.keys(definition)).toContain(given)
      const [source] = container?.envFrom ?? []
      expect(find(manifests, 'ConfigMap', source?.configMapRef?.name ?? '').data).toBe(settings)
    })

    it.each(services)(
      'has image, port, Service and account of %s under its name',
      (name, definition) => {
        const deployment = find(manifests, 'Deployment', name)
        const [container] = containersOf(deployment)
        const port = Number(definition.PORT.fallback)
        expect(container?.image).toMatch(new RegExp(`(^|/)tideway/${name}:${version}$`))
        expect(container?.ports).toEqual([{ name: 'http', containerPort: port }])
        expect(find(manifests, 'Service', name).spec).toMatchObject({
          selector: { app: name },
          ports: [{ name: 'http', appProtocol: 'http', port, targetPort: 'http' }],
        })
        expect(find(manifests, 'ServiceAccount', name)).toMatchObject({
          automountServiceAccountToken: false,
        })
        expect(podOf(deployment).metadata.labels).toMatchObject({
          version,
          'app.kubernetes.io/version': version,
        })
      },
    )

    it('scales by the lag of a topic and a group that the code has, up to the partitions', () => {
      const scaling = scalingIn(manifests)
      if (scaling === undefined) return
      const { topic, group, least, most, target } = scaling
      expect(subscriptions['user-approval-service']).toEqual([topic])
      expect(Object.keys(subscriptions)).toContain(group)
      const approval = parseSettings(userApprovalServiceSettings, {
        ...settings,
        ...(settings['KAFKA_SASL_MECHANISM'] === undefined ? {} : sasl),
      })
      expect([least, most]).toEqual([1, approval.USER_APPROVE_PARTITIONS])
      // What a replica does in a second, for the 4 s that a user may wait.
      const rate = (1_000 / approval.APPROVAL_WORK_MS) * approval.APPROVAL_CONCURRENCY
      expect(target).toBe(rate * 4)
    })
  })

  it('the base gives each setting that it names the default of the code', () => {
    const defaults = Object.fromEntries(
      describeSettings(allSettings).map((each) => [each.name, each.default]),
    )
    const given = settingsIn(build('k8s/base').manifests)
    expect(given).toEqual(
      Object.fromEntries(Object.keys(given).map((name) => [name, defaults[name]])),
    )
  })

  it('HPA and KEDA scale alike', () => {
    const base = { resources: ['k8s/base'] }
    const of = (name: string) =>
      scalingIn(combine({ ...base, components: [`k8s/components/${name}`] }).manifests)
    expect(of('autoscaling-keda')).toEqual(of('autoscaling-hpa'))
  })

  it("Strimzi's topics are those of the code, and their dead letters", () => {
    const { manifests } = combine(combinations['Strimzi, KEDA and the mesh'] ?? { resources: [] })
    const settings = parseSettings(userServiceSettings, settingsIn(manifests))
    const found = manifests
      .filter(({ kind }) => kind === 'KafkaTopic')
      .map(({ metadata, spec }) => [metadata.name, spec.partitions, spec.replicas] as const)
    const names = Object.keys(topics) as TopicName[]
    const wanted = names.flatMap((name) => {
      const partitions = settings[topics[name].partitions]
      const both = [name, deadLetterTopic(name)]
      return both.map((each) => [each, partitions, settings.TOPIC_REPLICATION_FACTOR] as const)
    })
    expect(new Map(found.map((each) => [each[0], each]))).toEqual(
      new Map(wanted.map((each) => [each[0], each])),
    )
  })

  it('a placeholder holds the room of four replicas of user-approval-service', () => {
    const { manifests } = combine(
      combinations['local with placeholders and load'] ?? { resources: [] },
    )
    const requestsOf = (name: string) => {
      const [container] = containersOf(find(manifests, 'Deployment', name))
      const { cpu = '', memory = '' } = container?.resources?.requests ?? {}
      expect([cpu, memory].join()).toMatch(/^\d+m,\d+Mi$/)
      return [Number.parseInt(cpu, 10), Number.parseInt(memory, 10)]
    }
    const four = requestsOf('user-approval-service').map((each) => 4 * each)
    expect(requestsOf('placeholder')).toEqual(four)
  })

  it('whoever is named in a policy of the network is a pod of some overlay', () => {
    const pods = new Set(
      built.flatMap(([, { manifests }]) =>
        manifests.filter(makesPods).map((each) => podOf(each).metadata.labels['app']),
      ),
    )
    const named = built.flatMap(([, { manifests }]) =>
      manifests
        .filter(({ kind }) => kind === 'NetworkPolicy')
        .flatMap(({ spec }) => [...JSON.stringify(spec).matchAll(/"app":"([^"]+)"/g)])
        .map(([, app]) => app),
    )
    for (const app of named) expect(pods).toContain(app)
  })

  it('the cloud overlay says the same of tokens and of Kafka to services and to the mesh', () => {
    const { manifests } = build('k8s/overlays/cloud')
    const settings = settingsIn(manifests)
    const [rule] = find(manifests, 'RequestAuthentication', 'tokens').spec.jwtRules
    expect(rule).toMatchObject({
      issuer: settings['JWT_ISSUER'],
      jwksUri: settings['JWT_JWKS_URI'],
      audiences: [settings['JWT_AUDIENCE']],
    })
    const { hosts, ports } = find(manifests, 'ServiceEntry', 'kafka').spec
    expect(settings['KAFKA_BROKERS']).toBe(`${hosts[0]}:${ports[0].number}`)
  })
})

const sasl = { KAFKA_SASL_USERNAME: 'somebody', KAFKA_SASL_PASSWORD: 'a password' }

/** A value such as the Secret may hold. */
function secretExample(name: string): string {
  return name === 'MONGODB_URI' ? 'mongodb+srv://db.example.com' : 'somebody'
}
