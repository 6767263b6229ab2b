import { nodesNeeded, type NodeRoom, type PodRequests, simulationDefaults } from '#autoscaling'

import { type ServiceName } from '../console.api.js'
import { forEachService, SERVICES } from '../fleet/services.js'
import { readManifest } from '../workspace.js'

/**
 * The article's node, a Standard_DS2_v2: of its two cores and 7 GiB, pods can have 1.9 cores, and what AKS leaves them of
 * the memory.
 */
const NODE: NodeRoom = {
  cpu: simulationDefaults.cluster.nodeCpu,
  memory: 4_600,
  pods: simulationDefaults.cluster.nodePods,
}

/** How many nodes replicas would need in a cluster, by their requests in `k8s/base`. */
export class ClusterNodes {
  private readonly requests: Record<ServiceName, PodRequests>

  /** @throws when a manifest does not say what its pods request */
  constructor() {
    this.requests = forEachService(requestsOf)
  }

  neededFor(replicas: Readonly<Record<ServiceName, number>>): number {
    const groups = SERVICES.map((service) => ({
      count: replicas[service],
      requests: this.requests[service],
    }))
    return nodesNeeded(groups, NODE)
  }
}

interface Deployment {
  kind: string
  spec: {
    template: {
      spec: { containers: { resources: { requests: { cpu: string; memory: string } } }[] }
    }
  }
}

function requestsOf(service: ServiceName): PodRequests {
  const file = `k8s/base/${service}.yaml`
  const deployment = readManifest(file).find(isDeployment)
  if (!deployment) throw new Error(`${file} has no Deployment.`)
  const requests = deployment.spec.template.spec.containers.map(
    ({ resources }) => resources.requests,
  )
  return {
    cpu: requests.reduce((sum, { cpu }) => sum + millicores(cpu), 0),
    memory: requests.reduce((sum, { memory }) => sum + mebibytes(memory), 0),
  }
}

function isDeployment(object: unknown): object is Deployment {
  return (
    typeof object === 'object' &&
    object !== null &&
    'kind' in object &&
    object.kind === 'Deployment'
  )
}

/** `250m`, `2` or `0.5`. @throws for another quantity */
export function millicores(quantity: string | number): number {
  const [, number, milli] = /^(\d+(?:\.\d+)?)(m?)$/.exec(String(quantity)) ?? []
  if (number === undefined) throw new Error(`"${quantity}" is no quantity of CPU.`)
  return milli ? Number(number) : Number(number) * 1_000
}

const MEBIBYTES = { Ki: 1 / 1_024, Mi: 1, Gi: 1_024 }

/** `384Mi`. @throws for another quantity */
export function mebibytes(quantity: string): number {
  const [, number, unit] = /^(\d+)(Ki|Mi|Gi)$/.exec(quantity) ?? []
  if (number === undefined) throw new Error(`"${quantity}" is no quantity of memory.`)
  return Number(number) * MEBIBYTES[unit as keyof typeof MEBIBYTES]
}
