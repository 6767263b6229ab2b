import type { Manifest } from './manifests.js'

interface Probe {
  httpGet?: { path: string; port: string }
}

/** A container as the tests look at it. */
export interface Container {
  name: string
  image: string
  imagePullPolicy?: string
  ports?: { name: string; containerPort: number }[]
  env?: {
    name: string
    value?: string
    valueFrom?: { secretKeyRef?: { name: string; key: string } }
  }[]
  envFrom?: { configMapRef?: { name: string } }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  securityContext?: Record<string, unknown>
  startupProbe?: Probe
  livenessProbe?: Probe
  readinessProbe?: Probe
  lifecycle?: { preStop?: { sleep?: { seconds: number } } }
}

/** What every kind that makes pods has. */
export interface PodTemplate {
  metadata: { labels: Record<string, string> }
  spec: {
    containers: Container[]
    initContainers?: Container[]
    securityContext?: Record<string, unknown>
    terminationGracePeriodSeconds?: number
    priorityClassName?: string
    [name: string]: unknown
  }
}

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job']

export function makesPods({ kind }: Manifest): boolean {
  return kinds.includes(kind)
}

export function podOf(manifest: Manifest): PodTemplate {
  return (manifest.spec as { template: PodTemplate }).template
}

export function containersOf(manifest: Manifest): Container[] {
  const { containers, initContainers = [] } = podOf(manifest).spec
  return [...initContainers, ...containers]
}
