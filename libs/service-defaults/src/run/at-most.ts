import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits for something, but no longer than `milliseconds`; it goes on all the same. A stop is made of such waits.
 * @returns undefined when it took longer
 */
export async function atMost<Result>(
  milliseconds: number,
  something: Promise<Result> | undefined,
): Promise<Result | undefined> {
  const late = new AbortController()
  try {
    return await Promise.race([something, sleep(milliseconds, undefined, { signal: late.signal })])
  } finally {
    late.abort()
  }
}
