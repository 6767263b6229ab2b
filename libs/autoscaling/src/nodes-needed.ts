/** What one pod requests. CPU in millicores, memory in MiB. */
export interface PodRequests {
  cpu: number
  memory: number
}

/** What a node has for pods, in the same units, and how many of them it takes. */
export interface NodeRoom extends PodRequests {
  pods: number
}

/**
 * How many nodes some pods need by their requests: the largest first, each on the first node that has room, as first fit
 * decreasing does. A scheduler that spreads pods may need more, and none can do with less than what CPU, memory or the count
 * of pods ask for by themselves.
 *
 * @param groups pods that request the same, and how many of them
 * @returns 0 for no pods
 * @throws RangeError for a pod that has no room on an empty node
 */
export function nodesNeeded(
  groups: readonly { count: number; requests: PodRequests }[],
  node: NodeRoom,
): number {
  const share = ({ cpu, memory }: PodRequests) => Math.max(cpu / node.cpu, memory / node.memory)
  const pods = groups
    .flatMap(({ count, requests }) => Array.from({ length: count }, () => requests))
    .toSorted((one, other) => share(other) - share(one))
  const nodes: NodeRoom[] = []
  for (const pod of pods) {
    let place = nodes.find((one) => hasRoom(one, pod))
    if (!place) {
      place = { ...node }
      if (!hasRoom(place, pod)) {
        throw new RangeError(
          `A pod of ${pod.cpu} m and ${pod.memory} MiB has no room on a node of ${node.cpu} m and ${node.memory} MiB.`,
        )
      }
      nodes.push(place)
    }
    place.cpu -= pod.cpu
    place.memory -= pod.memory
    place.pods -= 1
  }
  return nodes.length
}

function hasRoom({ cpu, memory, pods }: NodeRoom, pod: PodRequests): boolean {
  return pods > 0 && cpu >= pod.cpu && memory >= pod.memory
}
