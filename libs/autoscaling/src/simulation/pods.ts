import { Nodes } from './nodes.js'
import type { Cluster } from './simulation.settings.js'

interface Pod {
  place: object
  readyAt: number
}

/** A Deployment's pods: waiting for a node, starting, ready. */
export class Pods {
  private readonly nodes: Nodes
  private starting: Pod[] = []
  private running: Pod[]
  pending = 0

  private readonly cluster: Cluster

  constructor(cluster: Cluster, replicas: number) {
    this.cluster = cluster
    this.nodes = new Nodes(cluster)
    this.running = this.nodes.settle(replicas).map((place) => ({ place, readyAt: 0 }))
  }

  get count(): number {
    return this.pending + this.starting.length + this.running.length
  }

  get ready(): number {
    return this.running.length
  }

  get nodeCount(): number {
    return this.nodes.count
  }

  /** What is to go goes in the order of a ReplicaSet: those without a node, those that start, the newest. */
  scaleTo(replicas: number): void {
    if (replicas >= this.count) {
      this.pending += replicas - this.count
      return
    }
    while (this.count > replicas) {
      if (this.pending > 0) this.pending -= 1
      else this.nodes.free((this.starting.pop() ?? this.running.pop()!).place)
    }
  }

  look(now: number): void {
    this.nodes.begin(now)
    while (this.pending > 0) {
      const place = this.nodes.place()
      if (!place) break
      this.pending -= 1
      this.starting.push({ place, readyAt: now + this.cluster.podStartSeconds })
    }
    this.nodes.adjust(this.pending)
    const ready = this.starting.filter(({ readyAt }) => readyAt <= now)
    if (ready.length === 0) return
    this.starting = this.starting.filter(({ readyAt }) => readyAt > now)
    this.running.push(...ready)
  }
}
