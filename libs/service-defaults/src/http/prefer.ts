/** Longer than this nobody is made to wait, in seconds. */
export const LONGEST_WAIT = 30

const WAIT = /^wait\s*=\s*(?:(\d{1,9})|"(\d{1,9})")$/i

/**
 * How long a client would wait for its answer.
 *
 * @param header the value of `Prefer`, of several lines together; see RFC 7240
 * @returns whole seconds, at most `LONGEST_WAIT`; undefined when it says nothing about it that can be understood
 */
export function preferredWait(header: string | readonly string[] | undefined): number | undefined {
  const preferences = [header ?? []].flat().join(',').split(',')
  for (const preference of preferences) {
    const [text = ''] = preference.split(';')
    const [, bare, quoted] = WAIT.exec(text.trim()) ?? []
    const seconds = bare ?? quoted
    // Of one that comes twice the first counts.
    if (seconds !== undefined) return Math.min(Number(seconds), LONGEST_WAIT)
  }
  return undefined
}
