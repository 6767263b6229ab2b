/** How a count that only grows goes up, as so many a second. */
export class Rate {
  private before: { count: number; at: number } | undefined

  /**
   * @param count as it is now; where it could not be found out for a while, the next one counts for all of that time
   * @param at when it was found out, in milliseconds of a clock that never goes back
   * @returns null for the first one, and when the count began anew
   */
  of(count: number, at: number): number | null {
    const { before } = this
    this.before = { count, at }
    if (before === undefined || count < before.count || at <= before.at) return null
    return (count - before.count) / ((at - before.at) / 1_000)
  }
}
