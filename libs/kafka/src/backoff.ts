import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits before attempt number `attempt` + 1: 100 ms, doubled each time, up to 2.5 s, a fifth of it random, so that
 * replicas that failed together do not come back together.
 * @throws AbortError when the signal ends the wait
 */
export async function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  const wait = Math.min(100 * 2 ** (attempt - 1), 2_500)
  await sleep(wait * (0.8 + 0.2 * Math.random()), undefined, { signal })
}
