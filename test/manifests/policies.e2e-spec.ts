import { describe, expect, it } from 'vitest'

import { subscriptions } from '#contracts'

import { SHUTDOWN_DEADLINE_MS } from '../../libs/service-defaults/src/run/shutdown.js'
import { buildAll, kustomize, type Manifest } from './manifests.js'
import { type Container, containersOf, makesPods, podOf } from './pods.js'

/** These talk to the Kubernetes API, and nothing else is to. */
const withToken = ['prometheus', 'prometheus-adapter', 'kube-state-metrics']
/** A pause does nothing that could be asked for, and a job ends. */
const withoutProbes = ['placeholder', 'load-generator']

/** How a thing may be wrong: each rule that a pod or container breaks is a fault with its name. */
type Rules<Of> = Record<string, (each: Of, name: string) => boolean>

const rulesOfContainers: Rules<Container> = {
  'its image has a version': ({ image }) =>
    /^[^@]+:[^:/]+$/.test(image) && !image.endsWith(':latest'),
  'its image is not pulled again': ({ imagePullPolicy }) => imagePullPolicy === 'IfNotPresent',
  'it asks for cpu and memory': ({ resources }) => hasBoth(resources?.requests),
  'it is held to cpu and memory': ({ resources }) => hasBoth(resources?.limits),
  'it gains no privileges': ({ securityContext }) =>
    securityContext?.['allowPrivilegeEscalation'] === false && !securityContext['privileged'],
  'its root file system is read-only': ({ securityContext }) =>
    securityContext?.['readOnlyRootFilesystem'] === true,
  'it drops all capabilities': ({ securityContext }) =>
    JSON.stringify(securityContext?.['capabilities']) === '{"drop":["ALL"]}',
  'it is asked how it is': ({ livenessProbe, readinessProbe }, name) =>
    withoutProbes.includes(name) || (livenessProbe !== undefined && readinessProbe !== undefined),
}

const rulesOfPods: Rules<Manifest> = {
  'it is nobody in particular, and not root': (each) => {
    const { runAsNonRoot, runAsUser } = podOf(each).spec.securityContext ?? {}
    return runAsNonRoot === true && Number(runAsUser) > 0
  },
  'its system calls are filtered': (each) =>
    JSON.stringify(podOf(each).spec.securityContext?.['seccompProfile']) ===
    '{"type":"RuntimeDefault"}',
  "it does not share the node's network, processes or files": (each) =>
    ['hostNetwork', 'hostPID', 'hostIPC'].every((field) => !podOf(each).spec[field]) &&
    !JSON.stringify(podOf(each).spec['volumes'] ?? []).includes('hostPath'),
  'it has an account of its own': (each, name) => podOf(each).spec['serviceAccountName'] === name,
  'it has no token': (each, name) =>
    withToken.includes(name) || podOf(each).spec['automountServiceAccountToken'] === false,
  'it finds nothing of other Services in its environment': (each) =>
    podOf(each).spec['enableServiceLinks'] === false,
  'it says who it is, to Kubernetes and to Kiali': (each, name) => {
    const { labels } = podOf(each).metadata
    const ofAll = {
      app: name,
      'app.kubernetes.io/name': name,
      'app.kubernetes.io/part-of': 'tideway',
    }
    const isNamed = Object.entries(ofAll).every(([label, value]) => labels[label] === value)
    return isNamed && /^\d/.test(labels['version'] ?? '')
  },
}

const rulesOfServices: Rules<Manifest> = {
  'it is asked on /livez and /readyz, and has time to start': (each) => {
    const [{ startupProbe, livenessProbe, readinessProbe } = {} as Container] = containersOf(each)
    const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path)
    return paths.join() === '/livez,/livez,/readyz'
  },
  'it has longer to end than it takes to drain': (each) => {
    const { terminationGracePeriodSeconds = 30, containers } = podOf(each).spec
    const sleep = containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0
    return terminationGracePeriodSeconds > sleep + SHUTDOWN_DEADLINE_MS / 1_000 + 1
  },
  'it is spread over zones and nodes': (each) =>
    JSON.stringify(podOf(each).spec['topologySpreadConstraints'] ?? '').match(/topologyKey/g)
      ?.length === 2,
  'an autoscaler owns its replicas, or there are several': ({ spec }, name) =>
    name === 'user-approval-service' ? spec.replicas === undefined : spec.replicas > 1,
}

function hasBoth(amounts: Record<string, string> | undefined): boolean {
  return amounts?.['cpu'] !== undefined && amounts['memory'] !== undefined
}

function broken<Of>(rules: Rules<Of>, each: Of, name: string): string[] {
  return Object.entries(rules)
    .filter(([, holds]) => !holds(each, name))
    .map(([rule]) => `${name}: not true: ${rule}`)
}

/** Every rule that some pod breaks. */
function faultsIn(manifests: Manifest[]): string[] {
  return manifests.filter(makesPods).flatMap((each) => {
    const { name } = each.metadata
    const isService = Object.hasOwn(subscriptions, name)
    return [
      ...broken(rulesOfPods, each, name),
      ...containersOf(each).flatMap((container) => broken(rulesOfContainers, container, name)),
      ...(isService ? broken(rulesOfServices, each, name) : []),
    ]
  })
}

const named = (manifests: Manifest[], kind: string) =>
  manifests.filter((each) => each.kind === kind).map(({ metadata }) => metadata.name)

describe.skipIf(!kustomize.isThere)(`what is applied${kustomize.note}`, () => {
  describe.each(buildAll())('%s', (_name, { text, manifests }) => {
    it('has pods that are restricted, bounded and asked how they are', () => {
      expect(faultsIn(manifests)).toEqual([])
    })

    it('holds no Secret, and no password', () => {
      expect(named(manifests, 'Secret')).toEqual([])
      expect(text).not.toMatch(/:\/\/[^/\s:]*:[^/\s@]*@/)
    })

    it('is in the namespace tideway', () => {
      const elsewhere = manifests
        .filter(({ metadata }) => (metadata.namespace ?? 'tideway') !== 'tideway')
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
      // Who may ask the adapter is written down where the API server keeps it.
      const adapter = 'RoleBinding tideway-prometheus-adapter-auth-reader'
      expect(elsewhere.filter((each) => each !== adapter)).toEqual([])
    })
  })

  const whole = buildAll().filter(([, { manifests }]) => named(manifests, 'Namespace').length > 0)

  describe.each(whole)('%s', (_name, { manifests }) => {
    it('denies what no policy allows, and what is not restricted', () => {
      const closed = manifests.find(({ metadata }) => metadata.name === 'default-deny')
      expect(closed?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] })
      const namespace = manifests.find(({ kind }) => kind === 'Namespace')
      expect(namespace?.metadata.labels).toMatchObject({
        'pod-security.kubernetes.io/enforce': 'restricted',
      })
    })

    it('lets nobody take all replicas of a service away at once', () => {
      const budgets = named(manifests, 'PodDisruptionBudget')
      expect(budgets).toEqual(expect.arrayContaining(Object.keys(subscriptions)))
    })

    it('has every priority that a pod asks for', () => {
      const asked = manifests.filter(makesPods).map((each) => podOf(each).spec['priorityClassName'])
      const there = named(manifests, 'PriorityClass')
      expect(asked.filter((name) => name !== undefined && !there.includes(name))).toEqual([])
    })
  })
})

describe.skipIf(!kustomize.isThere)(`the rules for pods${kustomize.note}`, () => {
  const [, { manifests } = { manifests: [] }] =
    buildAll().find(([name]) => name === 'the base alone') ?? []
  const changed = (change: (container: Container, spec: Record<string, unknown>) => void) => {
    const copy = structuredClone(manifests)
    const service = copy.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'user-service',
    )
    if (service === undefined) throw new Error('user-service is not in the base')
    const { containers } = podOf(service).spec
    change(containers[0] as Container, podOf(service).spec)
    return faultsIn(copy)
  }

  it.each<[string, (container: Container, spec: Record<string, unknown>) => void, RegExp]>([
    [
      'an image without a version',
      (container) => (container.image = 'tideway/user-service'),
      /image has a version/,
    ],
    [
      'the image latest',
      (container) => (container.image = 'tideway/user-service:latest'),
      /image has a version/,
    ],
    ['no limits', (container) => delete container.resources?.limits, /held to cpu and memory/],
    ['no probe', (container) => delete container.readinessProbe, /asked how it is/],
    [
      'a file system to write to',
      (container) => delete container.securityContext?.['readOnlyRootFilesystem'],
      /read-only/,
    ],
    ['root', (_container, spec) => (spec['securityContext'] = { runAsUser: 0 }), /not root/],
    ['a token', (_container, spec) => delete spec['automountServiceAccountToken'], /no token/],
    [
      '30 s to end',
      (_container, spec) => (spec['terminationGracePeriodSeconds'] = 30),
      /longer to end/,
    ],
  ])('find %s', (_what, change, fault) => {
    expect(changed(change).join()).toMatch(fault)
  })
})
