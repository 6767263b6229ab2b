import { vi } from 'vitest'

/**
 * Waits until a check passes: asks again every few milliseconds for as long as it throws.
 * @param within milliseconds after which its last error is thrown
 * @returns what the check returned
 */
export function eventually<Result>(
  check: () => Result | Promise<Result>,
  { within = 15_000 }: { within?: number } = {},
): Promise<Result> {
  return vi.waitFor(check, { timeout: within, interval: 20 })
}
