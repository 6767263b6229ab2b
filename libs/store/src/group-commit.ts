import { ServiceError } from '#service-defaults'

import { DatabaseUnavailable } from './database.errors.js'

/** While there is company, what is being added waits so long for more, in milliseconds. */
const LINGER = 10
/** Items in one write, at most. */
const MOST = 500
/** Who has waited so long for a write to begin is told to come back, in milliseconds: the database is too slow. */
const PATIENCE = 1_000

interface Waiting<Item, Stored> {
  item: Item
  /** By `performance.now()`. */
  since: number
  stored: (stored: Stored) => void
  failed: (error: unknown) => void
}

/**
 * Makes one write of what many callers add at about the same time (a group commit): each waits for its own item, and
 * the database for far fewer writes. One write is under way at a time.
 */
export class GroupCommit<Item, Stored> {
  private waiting: Waiting<Item, Stored>[] = []
  private writing = false
  /** Whether the last write was of more than one item. */
  private hasCompany = false
  private timer: NodeJS.Timeout | undefined

  /**
   * @param write stores items durably, all or none; called with at least one item
   */
  constructor(private readonly write: (items: Item[]) => Promise<Stored[]>) {}

  /** Items that wait for their write to begin. */
  get size(): number {
    return this.waiting.length
  }

  /**
   * @returns what `write` made of the item, once it is stored
   * @throws what `write` threw; DatabaseUnavailable when the item still waited as another write met an outage: so
   * nobody waits longer than one write takes to fail
   */
  add(item: Item): Promise<Stored> {
    return new Promise<Stored>((stored, failed) => {
      this.waiting.push({ item, since: performance.now(), stored, failed })
      this.schedule()
    })
  }

  private schedule(): void {
    if (this.timer || this.waiting.length === 0 || this.writing) return
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        void this.flush()
      },
      this.hasCompany ? LINGER : 0,
    )
  }

  private async flush(): Promise<void> {
    this.refuse(undefined, performance.now() - PATIENCE)
    const batch = this.waiting.splice(0, MOST)
    this.hasCompany = batch.length > 1
    if (batch.length === 0) return
    this.writing = true
    try {
      const stored = await this.write(batch.map(({ item }) => item))
      for (const [index, waiting] of batch.entries()) waiting.stored(stored[index]!)
    } catch (error) {
      for (const { failed } of batch) failed(error)
      if (error instanceof ServiceError) this.refuse(error)
    } finally {
      this.writing = false
      this.schedule()
    }
  }

  /** Tells those whose write has not begun: all, or who has waited since before a time. */
  private refuse(cause: unknown, before = Infinity): void {
    const firstLater = this.waiting.findIndex(({ since }) => since >= before)
    const refused = this.waiting.splice(0, firstLater < 0 ? Infinity : firstLater)
    if (refused.length === 0) return
    const error = new DatabaseUnavailable(cause)
    for (const { failed } of refused) failed(error)
  }
}
