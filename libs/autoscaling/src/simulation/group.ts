import type { PartitionOffsets } from '../keda/kafka-lag.js'
import { PartitionQueue } from './partition-queue.js'
import type { Worker } from './simulation.settings.js'

interface Member {
  partitions: number[]
  /** Work done on messages that are not done yet, in messages: below 1 unless there is more to do. */
  credit: number
  /** Whether nothing was left for it at the end of the last step. */
  isIdle: boolean
  /** Of its partitions, the one whose turn is next. */
  next: number
}

/** A topic's partitions and the consumer group that reads them, in counts. */
export class Group {
  private readonly worker: Worker
  private readonly stepSeconds: number
  private readonly told: (arrivedAt: number, count: number) => void
  private readonly queues: PartitionQueue[]
  private readonly ends: Float64Array
  private readonly committed: Float64Array
  private members: Member[] = []
  private pausedUntil = 0
  private nextCommit = 0
  arrived = 0
  done = 0

  /**
   * @param members that are in it from the beginning
   * @param told step of arrival and count of what is done in a step
   */
  constructor(
    worker: Worker,
    partitions: number,
    members: number,
    stepSeconds: number,
    told: (arrivedAt: number, count: number) => void,
  ) {
    this.worker = worker
    this.stepSeconds = stepSeconds
    this.told = told
    this.queues = Array.from({ length: partitions }, () => new PartitionQueue())
    this.ends = new Float64Array(partitions)
    this.committed = new Float64Array(partitions)
    this.deal(members)
  }

  arrive(step: number, partition: number, count: number): void {
    this.queues[partition]!.add(step, count)
    this.ends[partition]! += count
    this.arrived += count
  }

  /** A rebalance: all pause, then the partitions are dealt anew, as `deal` of libs/kafka does it for one topic. */
  become(members: number, now: number): void {
    const { joinPauseSeconds, leavePauseSeconds } = this.worker
    const before = this.members.length
    if (members === before) return
    const pause = members > before ? joinPauseSeconds : leavePauseSeconds
    this.pausedUntil = Math.max(this.pausedUntil, now + pause)
    this.deal(members)
  }

  /** Works from `now` for one step. */
  work(now: number): void {
    const seconds = Math.min(this.stepSeconds, now + this.stepSeconds - this.pausedUntil)
    if (seconds > 0) {
      const capacity = (this.worker.concurrency * seconds) / this.worker.serviceSeconds
      for (const member of this.members) this.serve(member, capacity)
    }
    if (now + this.stepSeconds >= this.nextCommit) {
      this.nextCommit += Math.max(this.worker.commitSeconds, this.stepSeconds)
      for (let id = 0; id < this.queues.length; id += 1) {
        this.committed[id] = this.ends[id]! - this.queues[id]!.waiting
      }
    }
  }

  get waiting(): number {
    return this.arrived - this.done
  }

  /** Records that are not committed. */
  get lag(): number {
    let lag = 0
    for (let id = 0; id < this.ends.length; id += 1) lag += this.ends[id]! - this.committed[id]!
    return lag
  }

  get offsets(): PartitionOffsets[] {
    return Array.from(this.ends, (end, id) => ({ end, committed: this.committed[id]! }))
  }

  /** The step in which the oldest arrived that is still there; undefined when nothing is. */
  get oldest(): number | undefined {
    let oldest: number | undefined
    for (const queue of this.queues) {
      const step = queue.oldest
      if (step !== undefined && (oldest === undefined || step < oldest)) oldest = step
    }
    return oldest
  }

  private deal(members: number): void {
    this.members = Array.from({ length: members }, () => ({
      partitions: [],
      credit: 0,
      isIdle: true,
      next: 0,
    }))
    if (members === 0) return
    for (let partition = 0; partition < this.queues.length; partition += 1) {
      this.members[partition % members]!.partitions.push(partition)
    }
  }

  /** Each partition has its share first, and what others leave is for those that have more. */
  private serve(member: Member, capacity: number): void {
    const { partitions } = member
    let waiting = 0
    for (const id of partitions) waiting += this.queues[id]!.waiting
    if (waiting === 0) {
      member.credit = 0
      member.isIdle = true
      return
    }
    // To a member that had nothing to do, the first of n messages comes after 1/(n + 1) of the step.
    member.credit += member.isIdle ? (capacity * waiting) / (waiting + 1) : capacity
    // The sum of tenths is not whole.
    let left = Math.floor(member.credit + 1e-9)
    const before = left
    if (left < waiting) {
      const share = Math.floor(left / partitions.length)
      if (share > 0) for (const id of partitions) left -= this.take(id, share)
    }
    for (let index = 0; index < partitions.length && left > 0; index += 1) {
      left -= this.take(partitions[member.next]!, left)
      member.next = (member.next + 1) % partitions.length
    }
    const served = before - left
    member.isIdle = served === waiting
    member.credit = member.isIdle ? 0 : Math.max(0, member.credit - served)
  }

  private take(partition: number, most: number): number {
    const taken = this.queues[partition]!.serve(most, this.told)
    this.done += taken
    return taken
  }
}
