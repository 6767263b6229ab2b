import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

import { parseAllDocuments, stringify } from 'yaml'

import { root, tidewayDirectory } from '../../tools/workspace/paths.mjs'
import { findFirst, findTool } from './tool.js'

/** Anything that Kubernetes keeps; only what the tests look at is typed. */
// oxlint-disable-next-line typescript/no-explicit-any -- of every kind another shape
export interface Manifest<Spec = any> {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
  }
  data?: Record<string, string>
  spec: Spec
}

/** What is put together: paths from the workspace's directory, and manifests that stand nowhere. */
export interface Combination {
  resources?: string[]
  manifests?: object[]
  components?: string[]
}

const kubectl = findTool('kubectl', ['version', '--client'])
const standalone = findTool('kustomize', ['version'])

/** Builds kustomizations; kubectl has it built in. */
export const kustomize = findFirst(kubectl, standalone)

const command = kustomize === standalone ? 'build' : 'kustomize'

/** @throws with kustomize's message when it does not build */
export function build(directory: string): { text: string; manifests: Manifest[] } {
  const text = kustomize.run([command, join(root, directory)])
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest)
  return { text, manifests }
}

/** Builds what no overlay in the repository is: an overlay of somebody else's, as it were. */
export function combine({
  resources = [],
  manifests = [],
  components = [],
}: Combination): ReturnType<typeof build> {
  mkdirSync(tidewayDirectory, { recursive: true })
  const directory = mkdtempSync(join(tidewayDirectory, 'overlay-'))
  const here = (path: string) => relative(directory, join(root, path))
  try {
    const texts = manifests.map((each) => stringify(each, { aliasDuplicateObjects: false }))
    writeFileSync(join(directory, 'manifests.yaml'), texts.join('---\n'))
    const own = manifests.length > 0 ? ['manifests.yaml'] : []
    const overlay = {
      resources: [...resources.map(here), ...own],
      components: components.map(here),
    }
    writeFileSync(join(directory, 'kustomization.yaml'), stringify(overlay))
    return build(relative(root, directory))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The only one of that kind and name. */
// oxlint-disable-next-line typescript/no-explicit-any -- of every kind another shape
export function find<Spec = any>(
  manifests: Manifest[],
  kind: string,
  name: string,
): Manifest<Spec> {
  const found = manifests.filter((each) => each.kind === kind && each.metadata.name === name)
  const [only] = found
  if (only === undefined || found.length > 1) throw new Error(`${found.length} × ${kind} ${name}`)
  return only as Manifest<Spec>
}

/** The data of the ConfigMap with the settings, whose name ends in a hash. */
export function settingsIn(manifests: Manifest[]): Record<string, string> {
  const found = manifests.filter(
    ({ kind, metadata }) => kind === 'ConfigMap' && /^settings-[a-z0-9]+$/.test(metadata.name),
  )
  const [only] = found
  if (only?.data === undefined || found.length > 1) throw new Error(`${found.length} × settings`)
  return only.data
}

export const overlays = ['local', 'local-istio', 'cloud'].map((name) => `k8s/overlays/${name}`)

const component = (name: string) => `k8s/components/${name}`

/** Combinations that the READMEs and docs/cluster.md speak of, beside the overlays. */
export const combinations: Record<string, Combination> = {
  'the base alone': { resources: ['k8s/base'] },
  'local with KEDA in place of the HPA': {
    resources: ['k8s/base'],
    components: ['kafka', 'mongodb', 'autoscaling-keda'].map(component),
  },
  'local without monitoring and autoscaler': {
    resources: ['k8s/base'],
    components: ['kafka', 'mongodb'].map(component),
  },
  'Strimzi and a replica set of three, with the HPA': {
    resources: ['k8s/base'],
    components: ['strimzi', 'mongodb', 'mongodb-of-three', 'monitoring', 'autoscaling-hpa'].map(
      component,
    ),
  },
  'Strimzi, KEDA and the mesh': {
    resources: ['k8s/base'],
    components: ['strimzi', 'mongodb', 'mongodb-of-three', 'istio', 'autoscaling-keda'].map(
      component,
    ),
  },
  'local with placeholders and load': {
    resources: ['k8s/overlays/local'],
    components: ['overprovisioning', 'load-generator'].map(component),
  },
  'the load generator alone': { resources: [], components: [component('load-generator')] },
}

let all: [name: string, built: ReturnType<typeof build>][] | undefined

/** Every overlay and every combination; none where there is no kustomize. */
export function buildAll(): NonNullable<typeof all> {
  if (!kustomize.isThere) return []
  all ??= [
    ...overlays.map((overlay) => [overlay, build(overlay)] as [string, ReturnType<typeof build>]),
    ...Object.entries(combinations).map(
      ([name, each]) => [name, combine(each)] as [string, ReturnType<typeof build>],
    ),
  ]
  return all
}
