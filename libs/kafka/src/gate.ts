interface Waiting {
  wanted: number
  enter: (granted: number) => void
  leave: (reason: unknown) => void
}

/**
 * How many messages of a topic a process has in hand at a time, over all its partitions.
 * First come, first served; who wants more than is free gets what is free.
 */
export class Gate {
  private free: number
  private readonly queue: Waiting[] = []

  /** @param size messages in hand at most, 1 or more */
  constructor(readonly size: number) {
    this.free = size
  }

  /**
   * Waits for a place.
   * @returns the number of places granted: at least 1, at most `wanted`; give all of them back with `leave`
   * @throws the signal's reason when it ends the wait
   */
  async enter(wanted: number, signal?: AbortSignal): Promise<number> {
    signal?.throwIfAborted()
    if (this.free > 0 && this.queue.length === 0) return this.grant(wanted)
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const waiting = { wanted, enter: resolve, leave: reject }
    const abort = () => {
      const place = this.queue.indexOf(waiting)
      if (place >= 0) this.queue.splice(place, 1)
      reject(signal?.reason)
    }
    this.queue.push(waiting)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      return await promise
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  /** Gives places back. */
  leave(places: number): void {
    this.free += places
    while (this.free > 0 && this.queue.length > 0) {
      const next = this.queue.shift()!
      next.enter(this.grant(next.wanted))
    }
  }

  private grant(wanted: number): number {
    const granted = Math.min(wanted, this.free)
    this.free -= granted
    return granted
  }
}
