/** How an operation ended, as far as times go. */
export interface Ending {
  _id: string
  finishedAt: Date
}

export interface Times {
  /** Seconds from acceptance to end, of the operation that took longest. */
  longest: { id: string; seconds: number } | undefined
  /** The longest time in which nothing finished, while users were asked for: seconds, and the time of its beginning. */
  pause: { since: Date; seconds: number }
}

/**
 * The longest times that anything was stuck.
 *
 * @param asking when the first user was asked for, and the last one
 * @param acceptedAt when an operation was, by its id; milliseconds
 */
export async function timesOf(
  endings: AsyncIterable<Ending>,
  asking: { from: Date; until: Date },
  acceptedAt: (id: string) => number,
): Promise<Times> {
  let longest: Times['longest']
  const times: number[] = []
  for await (const { _id, finishedAt } of endings) {
    const seconds = (finishedAt.getTime() - acceptedAt(_id)) / 1_000
    if (longest === undefined || seconds > longest.seconds) longest = { id: _id, seconds }
    times.push(finishedAt.getTime())
  }
  const pause = { since: asking.from, seconds: 0 }
  let before = asking.from.getTime()
  for (const time of new Float64Array(times).toSorted()) {
    if (before >= asking.until.getTime()) break
    const seconds = (time - before) / 1_000
    if (seconds > pause.seconds) Object.assign(pause, { since: new Date(before), seconds })
    before = time
  }
  return { longest, pause }
}
