/** Milliseconds that it may be late before what is overdue is left out. */
const MOST_LATE = 1_000

/** Milliseconds; Node takes a longer timer for one of 1 ms. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Calls evenly spaced in time, however long what they begin takes; the first one at once. What a busy process is late with it
 * catches up on; after a machine slept, it does not.
 *
 * @param perSecond above 0
 * @returns ends it
 */
export function openLoop(perSecond: number, begin: () => void): () => void {
  const spacing = Math.min(1_000 / perSecond, LONGEST_TIMER)
  let due = performance.now()
  let timer: NodeJS.Timeout
  const next = () => {
    begin()
    due += spacing
    const now = performance.now()
    if (now - due > MOST_LATE) due = now
    // A timer also when it is late: others have their turn.
    timer = setTimeout(next, Math.max(0, due - now))
  }
  next()
  return () => clearTimeout(timer)
}
