import { existsSync, readFileSync } from 'node:fs'

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

/** Undefined when vitest ended without having written any. */
export function readTotals(file: string): Totals | undefined {
  if (!existsSync(file)) return undefined
  const totals: Totals = JSON.parse(readFileSync(file, 'utf8'))
  return totals
}

/**
 * The last line of `npm test`. Scripts read it. A run that ended without totals (vitest itself broke) is
 * one failure, and so is one that failed for something else than a test.
 */
export function totalsOf(written: Totals | undefined, vitestCode: number): Totals {
  const totals = written ?? { passed: 0, failed: 0, skipped: 0 }
  return vitestCode !== 0 && totals.failed === 0 && totals.passed + totals.skipped > 0
    ? { ...totals, failed: 1 }
    : totals
}

export function totalsLine({ passed, failed, skipped }: Totals): string {
  const line = `${passed} passed, ${failed} failed`
  return skipped === 0 ? line : `${line}, ${skipped} skipped`
}

/** Nothing that ran is no success. */
export function isSuccess({ passed, failed }: Totals): boolean {
  return failed === 0 && passed > 0
}
