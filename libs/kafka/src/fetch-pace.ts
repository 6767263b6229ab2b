import { setTimeout as sleep } from 'node:timers/promises'

/** How long the next fetch waits for company, in milliseconds, while there is a steady stream. */
const LINGER = 50
/** A fetch that brought so many records is big enough: more are waiting already. */
const PLENTY = 1_000

/**
 * When the next fetch is made. A broker answers a fetch as soon as it has a record, which is right for a quiet topic
 * and wasteful for a busy one: a thousand records a second would come in hundreds of fetches. So after a fetch that
 * brought several records, the next one waits a little, and brings more; after one that brought a single record, or a
 * great many, it does not.
 */
export class FetchPace {
  private records = 0
  private fetchedAt = 0

  /** A fetch has been answered; what it brought is told by `rest`. */
  fetched(): void {
    this.records = 0
    this.fetchedAt = performance.now()
  }

  /**
   * @param records that the fetch brought for one partition
   * @returns when the next fetch may be made
   */
  async rest(records: number): Promise<void> {
    this.records += records
    // All partitions of a fetch are handed over in one turn: what each of them does depends on their sum.
    await Promise.resolve()
    if (this.records <= 1 || this.records >= PLENTY) return
    const left = this.fetchedAt + LINGER - performance.now()
    if (left > 1) await sleep(left)
  }
}
