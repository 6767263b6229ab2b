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
 * A run that ended without totals (vitest itself broke) is one failure, and so is one that failed although
 * no test did.
 */
export function totalsOf(written: Totals | undefined, vitestCode: number): Totals {
  const totals = written ?? { passed: 0, failed: 0, skipped: 0 }
  const brokeOtherwise = vitestCode !== 0 && totals.failed === 0
  return brokeOtherwise && !ranNothing(written) ? { ...totals, failed: 1 } : totals
}

/** vitest ended as it does when no file matches the arguments: that is no failed test. */
function ranNothing(written: Totals | undefined): boolean {
  return written !== undefined && written.passed + written.skipped === 0
}

/** The last line of `npm test`; scripts read it. */
export function totalsLine({ passed, failed, skipped }: Totals): string {
  const line = `${passed} passed, ${failed} failed`
  return skipped === 0 ? line : `${line}, ${skipped} skipped`
}

/** Nothing that ran is no success. */
export function isSuccess({ passed, failed }: Totals): boolean {
  return failed === 0 && passed > 0
}
