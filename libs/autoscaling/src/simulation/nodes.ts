import type { Cluster } from './simulation.settings.js'

interface Node {
  readyAt: number
  cpu: number
  pods: number
  workers: number
  placeholders: number
  idleSince: number
}

/** Where pods are, by their requests: first node that has room; nodes come and go as a cluster autoscaler has them do. */
export class Nodes {
  private readonly all: Node[] = []
  private waitingPlaceholders: number
  private now = 0

  private readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
    this.waitingPlaceholders = cluster.placeholders
    for (let index = 0; index < cluster.minNodes; index += 1) this.all.push(this.node(0))
    // What else runs there is spread evenly.
    const each = cluster.otherCpu / cluster.minNodes
    for (const node of this.all) node.cpu -= each
  }

  /**
   * Finds the places that there are before the beginning, with as many nodes as that needs.
   *
   * @throws RangeError when the most nodes have no room for so many
   */
  settle(replicas: number): object[] {
    const { maxNodes } = this.cluster
    const places: object[] = []
    this.placePlaceholders()
    while (places.length < replicas || this.waitingPlaceholders > 0) {
      const place = places.length < replicas ? this.place() : undefined
      if (place) places.push(place)
      else if (this.all.length < maxNodes) this.all.push(this.node(0))
      else if (places.length < replicas) {
        throw new RangeError(`${replicas} replicas do not fit on ${maxNodes} nodes.`)
      } else break
      this.placePlaceholders()
    }
    return places
  }

  get count(): number {
    return this.all.filter(({ readyAt }) => readyAt <= this.now).length
  }

  /** @returns which node, to hand back; undefined: there is no room, not even when placeholders give way */
  place(): object | undefined {
    const { podCpu, placeholderCpu } = this.cluster
    const usable = this.all.filter(({ readyAt, pods }) => readyAt <= this.now && pods > 0)
    let node = usable.find(({ cpu }) => cpu >= podCpu)
    if (!node) {
      node = usable.find((one) => one.cpu + one.placeholders * placeholderCpu >= podCpu)
      if (!node) return undefined
      while (node.cpu < podCpu) {
        node.placeholders -= 1
        node.cpu += placeholderCpu
        node.pods += 1
        this.waitingPlaceholders += 1
      }
    }
    node.cpu -= podCpu
    node.pods -= 1
    node.workers += 1
    return node
  }

  free(place: object): void {
    const node = place as Node
    node.cpu += this.cluster.podCpu
    node.pods += 1
    node.workers -= 1
    if (node.workers === 0) node.idleSince = this.now
  }

  /** To be called before places are asked for. */
  begin(now: number): void {
    this.now = now
    this.placePlaceholders()
  }

  /** @param pending pods that have found no place */
  adjust(pending: number): void {
    this.addNodes(pending)
    this.removeIdleNodes(pending)
  }

  private placePlaceholders(): void {
    const { placeholderCpu } = this.cluster
    for (const node of this.all) {
      while (this.waitingPlaceholders > 0 && this.hasRoom(node, placeholderCpu)) {
        node.cpu -= placeholderCpu
        node.pods -= 1
        node.placeholders += 1
        this.waitingPlaceholders -= 1
      }
    }
  }

  private hasRoom({ readyAt, pods, cpu }: Node, wanted: number): boolean {
    return readyAt <= this.now && pods > 0 && cpu >= wanted
  }

  /** As many as what waits needs, beside those that are on their way. */
  private addNodes(pending: number): void {
    const { podCpu, placeholderCpu, nodeCpu, nodePods, maxNodes, nodeStartSeconds } = this.cluster
    const coming = this.all.filter(({ readyAt }) => readyAt > this.now).length
    const forPods = pending / Math.max(1, Math.min(Math.floor(nodeCpu / podCpu), nodePods))
    const forPlaceholders =
      this.waitingPlaceholders / Math.max(1, Math.floor(nodeCpu / Math.max(1, placeholderCpu)))
    const wanted = Math.ceil(forPods + forPlaceholders)
    for (let added = coming; added < wanted && this.all.length < maxNodes; added += 1) {
      this.all.push(this.node(this.now + nodeStartSeconds))
    }
  }

  /** A node goes when it has been without work long enough and its placeholders have room elsewhere. */
  private removeIdleNodes(pending: number): void {
    const { minNodes, nodeIdleSeconds, placeholderCpu } = this.cluster
    if (pending > 0) return
    for (const node of this.all.toReversed()) {
      if (this.all.length <= minNodes) return
      if (node.workers > 0 || node.readyAt > this.now) continue
      if (this.now - Math.max(node.idleSince, node.readyAt) < nodeIdleSeconds) continue
      const others = this.all.filter((other) => other !== node && other.readyAt <= this.now)
      const room = others.reduce(
        (sum, { cpu, pods }) => sum + Math.min(pods, Math.floor(cpu / Math.max(1, placeholderCpu))),
        0,
      )
      if (node.placeholders > room) continue
      this.waitingPlaceholders += node.placeholders
      this.all.splice(this.all.indexOf(node), 1)
      this.placePlaceholders()
    }
  }

  private node(readyAt: number): Node {
    const { nodeCpu, nodePods } = this.cluster
    const idle = { workers: 0, placeholders: 0, idleSince: readyAt }
    return { readyAt, cpu: nodeCpu, pods: nodePods, ...idle }
  }
}
