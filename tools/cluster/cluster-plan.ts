import { Failure } from '../console/failure.mjs'
import type { ClusterOptions } from './cluster-options.ts'

/** What this machine has. */
export interface Surroundings {
  hasKind: boolean
  /** The clusters that kind has made here. */
  kindClusters: readonly string[]
  /** The contexts that kubectl knows. */
  contexts: readonly string[]
  /** Whether the cluster runs the services already. */
  isUp: boolean
  /** The version in package.json, that of the images. */
  version: string
}

/** Commands, each as one would type it, under a line that says what they are for. */
export interface Step {
  what: string
  commands: string[][]
  /** What to look at when one of them fails. */
  whenItFails?: string[][]
}

export interface Plan {
  context: string
  steps: Step[]
  /** Written before anything is applied: an overlay that takes the images from a registry. */
  overlayFile: string | undefined
}

export const kindCluster = 'tideway'
/** What kubectl calls it. */
export const ownContext = `kind-${kindCluster}`
/** Where the overlay with the registry's images is written, in the workspace's directory. */
export const ownOverlay = '.tideway/cluster'
const services = ['operation-service', 'user-service', 'user-approval-service']
const everything = '--selector=app.kubernetes.io/part-of=tideway'
const images = [...services, 'load-generator']

/**
 * What has to be run to bring the system up on a cluster, or away from it: pure, so that it can be shown.
 *
 * @throws Failure when no cluster is named and none can be made, or images cannot get there
 */
export function planCluster(options: ClusterOptions, found: Surroundings): Plan {
  const context = contextOf(options, found)
  return options.command === 'up'
    ? planUp(options, found, context)
    : { context, steps: stepsDown(options, found, context), overlayFile: undefined }
}

function contextOf({ context }: ClusterOptions, { hasKind, contexts }: Surroundings): string {
  if (context === undefined) {
    if (hasKind) return ownContext
    throw new Failure(
      `There is no kind to make a cluster with: install it, or name a cluster with --context (${contexts.join(', ') || 'kubectl knows none'}).`,
    )
  }
  // One of kind's is known to kubectl only while it is there.
  if (contexts.includes(context)) return context
  throw new Failure(
    `--context ${context}: kubectl knows ${contexts.length === 0 ? 'no context' : contexts.join(', ')}.`,
  )
}

function planUp(options: ClusterOptions, found: Surroundings, context: string): Plan {
  const { overlay, registry } = options
  const kubectl = ['kubectl', `--context=${context}`]
  const inNamespace = [...kubectl, '--namespace=tideway']
  const local = (name: string) => `tideway/${name}:${found.version}`
  const makesCluster = options.context === undefined && !found.kindClusters.includes(kindCluster)
  const steps: Step[] = [
    ...(makesCluster
      ? [{ what: 'A cluster', commands: [['kind', 'create', 'cluster', `--name=${kindCluster}`]] }]
      : []),
    {
      what: 'Images',
      commands: images.map((name) => [
        'docker',
        'build',
        `--target=${name}`,
        `--tag=${local(name)}`,
        '.',
      ]),
    },
    { what: 'Images to the cluster', commands: transport(context, registry, images.map(local)) },
    {
      what: 'Everything',
      commands: [
        [
          ...kubectl,
          'apply',
          '-k',
          registry === undefined ? `k8s/overlays/${overlay}` : ownOverlay,
        ],
      ],
    },
    // The images have the names that they had before, so nothing that was applied says that they are others.
    ...(found.isUp
      ? [
          {
            what: 'The new images in the place of the old',
            commands: [[...inNamespace, 'rollout', 'restart', 'deployment', ...services]],
          },
        ]
      : []),
    {
      what: 'Until it is ready',
      commands: [['statefulset/mongodb'], ['statefulset/kafka'], ['deployment', everything]].map(
        (which) => [...inNamespace, 'rollout', 'status', ...which, '--timeout=10m'],
      ),
      whenItFails: [
        [...inNamespace, 'get', 'pods'],
        [
          ...inNamespace,
          'get',
          'events',
          '--field-selector=type=Warning',
          '--sort-by=.lastTimestamp',
        ],
      ],
    },
  ]
  const overlayFile = registry === undefined ? undefined : registryOverlay(overlay, registry)
  return { context, steps, overlayFile }
}

function transport(context: string, registry: string | undefined, names: string[]): string[][] {
  if (registry !== undefined) {
    return names.flatMap((name) => [
      ['docker', 'tag', name, `${registry}/${name}`],
      ['docker', 'push', `${registry}/${name}`],
    ])
  }
  if (context.startsWith('kind-')) {
    return [['kind', 'load', 'docker-image', `--name=${context.slice('kind-'.length)}`, ...names]]
  }
  if (context === 'minikube') return [['minikube', 'image', 'load', ...names]]
  throw new Failure(
    `Images are built here, and cannot be loaded into the nodes of ${context}: name a registry that it pulls from with --registry <host>/<path>.`,
  )
}

function registryOverlay(overlay: string, registry: string): string {
  const lines = images.map(
    (name) => `  - { name: tideway/${name}, newName: ${registry}/tideway/${name} }\n`,
  )
  // A node that has an image of that name would not ask for the new one.
  const pull = `patches:
  - target: { kind: Deployment, name: ${services.join('|')} }
    patch: |
      - { op: replace, path: /spec/template/spec/containers/0/imagePullPolicy, value: Always }
`
  return `resources: [../../k8s/overlays/${overlay}]\nimages:\n${lines.join('')}${pull}`
}

function stepsDown(options: ClusterOptions, found: Surroundings, context: string): Step[] {
  const isOurs = options.context === undefined
  if (isOurs && !found.kindClusters.includes(kindCluster)) return []
  const command = isOurs
    ? ['kind', 'delete', 'cluster', `--name=${kindCluster}`]
    : [
        'kubectl',
        `--context=${context}`,
        'delete',
        '-k',
        `k8s/overlays/${options.overlay}`,
        '--ignore-not-found',
        '--wait',
      ]
  return [{ what: isOurs ? 'The cluster' : 'Everything, its data too', commands: [command] }]
}

/** What can be looked at once it is up, and how to get there. */
export function addresses(context: string): string[] {
  const forward = (service: string, port: number | string) =>
    `  kubectl --context=${context} --namespace=tideway port-forward service/${service} ${port}`
  return [
    'Users API and Swagger UI, http://localhost:3000/docs:',
    forward('operation-service', 3000),
    '  and then, to create a user:',
    `  curl -i localhost:3000/users -H 'Content-Type: application/json' -H 'Prefer: wait=5' -d '{"name":"alice"}'`,
    'Users, http://localhost:3001/users:',
    forward('user-service', 3001),
    'Dashboards, http://localhost:3030:',
    forward('grafana', '3030:80'),
    'Prometheus, http://localhost:9090:',
    forward('prometheus', 9090),
  ]
}
