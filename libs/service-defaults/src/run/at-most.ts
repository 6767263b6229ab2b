import { setTimeout as sleep } from 'node:timers/promises'

/** Waits for something, but no longer than `milliseconds`; it goes on all the same. A stop is made of such waits. */
export async function atMost(
  milliseconds: number,
  something: Promise<unknown> | undefined,
): Promise<void> {
  const late = new AbortController()
  try {
    await Promise.race([something, sleep(milliseconds, undefined, { signal: late.signal })])
  } finally {
    late.abort()
  }
}
