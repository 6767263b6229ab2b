import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { buildAll, combine, kustomize } from './manifests.js'
import { customSchemas, go, kubernetesSchemas, kubernetesVersions, maven, pip } from './schemas.js'
import { findTool } from './tool.js'

const kubeconform = findTool('kubeconform', ['-v'])
const needed = [kustomize, kubeconform, pip, go, maven]
const note = needed.find(({ isThere }) => !isThere)?.note ?? ''
const minutes = 60_000

describe.skipIf(note !== '')(`manifests against the schemas of Kubernetes${note}`, () => {
  /** All of them at once: each run reads Kubernetes' definitions anew. */
  async function check(texts: Record<string, string>, version: string): Promise<string> {
    const [ofKubernetes, ofOthers] = [await kubernetesSchemas(), await customSchemas()]
    const locations = [
      `${ofKubernetes}/{{.NormalizedKubernetesVersion}}-local-strict/{{.ResourceKind}}{{.KindSuffix}}.json`,
      `${ofOthers}/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`,
    ].flatMap((location) => ['-schema-location', location])
    const directory = mkdtempSync(join(tmpdir(), 'tideway-manifests-'))
    try {
      for (const [name, text] of Object.entries(texts)) {
        writeFileSync(join(directory, `${name.replaceAll('/', '-')}.yaml`), text)
      }
      return kubeconform.run(['-strict', '-kubernetes-version', version, ...locations, directory])
    } finally {
      rmSync(directory, { recursive: true })
    }
  }

  it.each(kubernetesVersions)(
    'every overlay and every combination is what Kubernetes %s takes, custom resources included',
    async (version) => {
      const built = buildAll().map(([name, { text }]) => [name, text] as const)
      expect(await check(Object.fromEntries(built), version)).toBe('')
    },
    10 * minutes,
  )

  it.each([
    [
      'a field that does not exist',
      '{ minReplicas: 1, maxReplica: 12, maxReplicas: 12, scaleTargetRef: { kind: Deployment, name: a } }',
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
    ],
    [
      'a field of a custom resource that does not exist',
      '{ maxReplicas: 12, triggers: [], scaleTargetRef: { name: a } }',
      'keda.sh/v1alpha1',
      'ScaledObject',
    ],
    [
      'a wrong type in a custom resource',
      '{ partitions: many, replicas: 3 }',
      'kafka.strimzi.io/v1',
      'KafkaTopic',
    ],
  ])(
    'refuses %s',
    async (_what, spec, apiVersion, kind) => {
      const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: a }\nspec: ${spec}\n`
      await expect(check({ faulty: text }, '1.30.0')).rejects.toThrow(/is invalid/)
    },
    10 * minutes,
  )
})

describe.skipIf(!kustomize.isThere)(`components${kustomize.note}`, () => {
  const [hpa, keda] = ['k8s/components/autoscaling-hpa', 'k8s/components/autoscaling-keda']

  it.each([
    [hpa, keda],
    [keda, hpa],
  ])('do not build with two autoscalers: %s, %s', (first, second) => {
    expect(() => combine({ resources: ['k8s/base'], components: [first, second] })).toThrow(
      /tideway~1autoscaler/,
    )
  })

  it.each([hpa, keda])('build with one autoscaler: %s', (only) => {
    const { manifests } = combine({ resources: ['k8s/base'], components: [only] })
    expect(manifests).not.toEqual([])
  })

  it('do not build with two Kafkas', () => {
    const components = ['k8s/components/kafka', 'k8s/components/strimzi']
    expect(() => combine({ resources: ['k8s/base'], components })).toThrow(/services-to-kafka/)
  })
})
