/** How an operation ended, as far as times go. */
export interface Ending {
  _id: string
  finishedAt: Date
}

export interface Times {
  /** Seconds from acceptance to end, of the operation that took longest. */
  longest: { id: string; seconds: number } | undefined
  /** The longest time in which nothing finished: seconds, and the time of its beginning. */
  pause: { since: Date; seconds: number }
}

/**
 * The longest times that anything was stuck.
 *
 * @param from when the first operation was accepted
 * @param acceptedAt when an operation was, by its id; milliseconds
 */
export async function timesOf(
  endings: AsyncIterable<Ending>,
  from: Date,
  acceptedAt: (id: string) => number,
): Promise<Times> {
  let longest: Times['longest']
  const times: number[] = []
  for await (const { _id, finishedAt } of endings) {
    const seconds = (finishedAt.getTime() - acceptedAt(_id)) / 1_000
    if (longest === undefined || seconds > longest.seconds) longest = { id: _id, seconds }
    times.push(finishedAt.getTime())
  }
  const pause = { since: from, seconds: 0 }
  let before = from.getTime()
  for (const time of new Float64Array(times).toSorted()) {
    const seconds = (time - before) / 1_000
    if (seconds > pause.seconds) Object.assign(pause, { since: new Date(before), seconds })
    before = time
  }
  return { longest, pause }
}
