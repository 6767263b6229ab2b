import { firstIdAt } from '#contracts'

/** Ids younger than this are left alone by the mark: their records may still be on their way. Milliseconds. */
const SETTLING = 10_000
/** Ids read at a time. */
const PAGE = 1_000
/** Old ones still open that are kept apart, so that the mark can go on. */
const MOST_STRAGGLERS = 500
/** How old an open one must be to be kept apart, in milliseconds. */
const STRAGGLER_AGE = 60_000

/** Where a walk has got to. Stored now and then; an older one is only walked again. */
export interface WalkState {
  /** Every id up to and with this one is settled, but for the stragglers. */
  mark: string
  /** Ids below the mark that are still open, oldest first. */
  stragglers: string[]
}

/** The two collections side by side, as the walk reads them. */
export interface WalkSource {
  /** Ids of what was begun, after `after` and before `before`, in order. */
  begun(after: string, before: string, limit: number): Promise<string[]>
  /** Which of these ids have ended. */
  ended(ids: readonly string[]): Promise<ReadonlySet<string>>
}

export const WALK_START: WalkState = { mark: firstIdAt(0), stragglers: [] }

/**
 * Finds what is open without looking at all history. Ids are ordered by time, so it walks from a mark below which
 * everything is settled, and moves the mark on. A few old ones that stay open are kept apart, and do not hold it up.
 */
export class OpenWalk {
  constructor(
    private readonly source: WalkSource,
    private state: WalkState,
  ) {}

  /** To be stored now and then. */
  get position(): WalkState {
    return this.state
  }

  /**
   * Walks on, until it meets more open ones than can be kept apart, or the present.
   * @param now milliseconds since the epoch
   * @param horizon how far to look for open ones at least: ids accepted before this time
   * @returns the oldest open ids that it met, in order: all of those before `horizon`, or the first thousand or so
   */
  async next(now: number, horizon: number): Promise<string[]> {
    const settled = firstIdAt(now - SETTLING)
    const until = firstIdAt(Math.max(now - SETTLING, horizon))
    await this.checkStragglers()
    let { mark: read } = this.state
    for (;;) {
      const page = await this.source.begun(read, until, PAGE)
      if (page.length === 0) return this.state.stragglers
      const ended = await this.source.ended(page)
      const open = page.filter((id) => !ended.has(id))
      const apart = open.filter((id) => id < firstIdAt(now - STRAGGLER_AGE))
      if (
        apart.length === open.length &&
        apart.length + this.state.stragglers.length <= MOST_STRAGGLERS
      ) {
        const mark = page.findLast((id) => id < settled)
        if (mark) this.state = { mark, stragglers: [...this.state.stragglers, ...open] }
        if (page.length < PAGE) return this.state.stragglers
        read = page.at(-1)!
      } else {
        const firstOpen = page.indexOf(open[0]!)
        const before = page.slice(0, firstOpen).findLast((id) => id < settled)
        if (before) this.state = { ...this.state, mark: before }
        return [...this.state.stragglers, ...open]
      }
    }
  }

  private async checkStragglers(): Promise<void> {
    const { stragglers } = this.state
    if (stragglers.length === 0) return
    const ended = await this.source.ended(stragglers)
    this.state = { ...this.state, stragglers: stragglers.filter((id) => !ended.has(id)) }
  }
}
