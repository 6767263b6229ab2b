import { firstIdAt } from '#contracts'

/** Ids younger than this are left alone by the mark: their records may still be on their way. Milliseconds. */
export const SETTLING = 10_000
/** Ids read at a time. */
const PAGE = 1_000
/** Pages that the mark is moved over before whoever walks can say that it lives, and store how far it is. */
const MOST_PAGES = 100
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
  /** Of the ids up to and with the mark: how many there are, and how many have ended how. */
  totals: { begun: number; ended: Record<string, number> }
}

/** The two collections side by side, as the walk reads them. */
export interface WalkSource {
  /** Ids of what was begun, after `after` and before `before`, in order. */
  begun(after: string, before: string, limit: number): Promise<string[]>
  /** How these ids have ended, those of them that have. */
  ended(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
}

export const WALK_START: WalkState = {
  mark: firstIdAt(0),
  stragglers: [],
  totals: { begun: 0, ended: {} },
}

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
   * Walks on, until it meets more open ones than can be kept apart, or the present; or for a hundred thousand ids or so,
   * and then from there on the next time.
   * @param now milliseconds since the epoch
   * @param horizon how far to look for open ones at least: ids accepted before this time
   * @param incomplete from this id on records may still appear, however old: the mark stays below it
   * @returns the oldest open ids that it met, in order: all of those before `horizon`, or the first thousand or so
   */
  async next(now: number, horizon: number, incomplete?: string): Promise<string[]> {
    const settling = firstIdAt(now - SETTLING)
    const settled = incomplete !== undefined && incomplete < settling ? incomplete : settling
    const until = firstIdAt(Math.max(now - SETTLING, horizon))
    await this.checkStragglers()
    let { mark: read } = this.state
    /** Old ones still open above the mark, which something else holds. */
    const held: string[] = []
    for (let pages = 1; ; pages += 1) {
      const page = await this.source.begun(read, until, PAGE)
      if (page.length === 0) return [...this.state.stragglers, ...held]
      const ended = await this.source.ended(page)
      const open = page.filter((id) => !ended.has(id))
      const apart = open.filter((id) => id < firstIdAt(now - STRAGGLER_AGE))
      if (
        apart.length === open.length &&
        apart.length + held.length + this.state.stragglers.length <= MOST_STRAGGLERS
      ) {
        this.moveOn(page, settled, ended)
        held.push(...open.filter((id) => id > this.state.mark))
        const isLast = page.length < PAGE || (pages >= MOST_PAGES && held.length === 0)
        if (isLast) return [...this.state.stragglers, ...held]
        read = page.at(-1)!
      } else {
        this.moveOn(page.slice(0, page.indexOf(open[0]!)), settled, ended)
        return [...this.state.stragglers, ...held, ...open]
      }
    }
  }

  /** Moves the mark over what lies before `settled`, and keeps apart what of it is open. */
  private moveOn(
    ids: readonly string[],
    settled: string,
    ended: ReadonlyMap<string, string>,
  ): void {
    const passed = ids.filter((id) => id < settled)
    const mark = passed.at(-1)
    if (mark === undefined) return
    const { stragglers, totals } = this.state
    this.state = {
      mark,
      stragglers: [...stragglers, ...passed.filter((id) => !ended.has(id))],
      totals: {
        begun: totals.begun + passed.length,
        ended: withEnds(totals.ended, passed, ended),
      },
    }
  }

  private async checkStragglers(): Promise<void> {
    const { stragglers, totals } = this.state
    if (stragglers.length === 0) return
    const ended = await this.source.ended(stragglers)
    if (ended.size === 0) return
    this.state = {
      ...this.state,
      stragglers: stragglers.filter((id) => !ended.has(id)),
      totals: { ...totals, ended: withEnds(totals.ended, stragglers, ended) },
    }
  }
}

function withEnds(
  counted: Readonly<Record<string, number>>,
  ids: readonly string[],
  ended: ReadonlyMap<string, string>,
): Record<string, number> {
  const counts = { ...counted }
  for (const id of ids) {
    const how = ended.get(id)
    if (how !== undefined) counts[how] = (counts[how] ?? 0) + 1
  }
  return counts
}
