import { type KafkaMessage } from 'kafkajs'

/** Messages handled at once, at most: a rebalance or a stop waits for no more than one such chunk. */
const CHUNK = 500
/** A lane that holds so many messages asks for no more until half of them are done. */
const FULL = 2 * CHUNK

export interface LaneWork {
  /** How many messages of a lane may be taken at once. */
  readonly chunkSize: number
  /**
   * Handles messages, in order, however long it takes, and says whenever some more of them are done. Leaves some
   * undone only when the signal ends the work.
   */
  process(
    partition: number,
    messages: KafkaMessage[],
    signal: AbortSignal,
    finished: (count: number) => void,
  ): Promise<void>
  /** Everything below this offset is done: it may be committed. */
  done(lane: Lane, offset: number): void
  /** The lane wants no more messages, or wants them again. */
  pause(lane: Lane): void
  resume(lane: Lane): void
}

/**
 * One assigned partition: its messages wait here and are handled in order, chunk by chunk, whatever other partitions
 * do. The fetch loop only hands messages over, so neither heartbeats nor other lanes wait for a slow or failing one.
 */
export class Lane {
  private queue: KafkaMessage[] = []
  private paused = false
  private running: Promise<void> | undefined
  private readonly stopping = new AbortController()
  /**
   * Offsets below this were handed over already. After a rebalance that left the partition here, everything since the
   * last commit is fetched again, and maybe something fetched before it comes late: neither is taken twice.
   */
  private next = 0

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly work: LaneWork,
  ) {}

  /**
   * Takes over fetched messages.
   * @param highWatermark the partition's end: when it lies below what was seen, the topic was made anew
   */
  accept(messages: KafkaMessage[], highWatermark: number): void {
    if (this.stopping.signal.aborted) return
    if (highWatermark < this.next) this.next = 0
    for (const message of messages) {
      if (Number(message.offset) < this.next) continue
      this.next = Number(message.offset) + 1
      this.queue.push(message)
    }
    if (!this.paused && this.queue.length >= FULL) {
      this.paused = true
      this.work.pause(this)
    }
    // Not for nothing new: a run that ends before it is assigned would stay here for ever.
    if (this.queue.length > 0) this.running ??= this.run()
  }

  /** Ends the work: the chunk in hand is finished, unless it only waits. */
  async stop(): Promise<void> {
    this.stopping.abort()
    this.queue = []
    await this.running
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping
    while (this.queue.length > 0 && !signal.aborted) {
      const chunk = this.queue.splice(0, Math.min(CHUNK, this.work.chunkSize))
      let done = 0
      await this.work.process(this.partition, chunk, signal, (count) => {
        done += count
        this.work.done(this, Number(chunk[done - 1]!.offset) + 1)
      })
      if (this.paused && !signal.aborted && this.queue.length <= FULL / 2) {
        this.paused = false
        this.work.resume(this)
      }
    }
    this.running = undefined
  }
}
