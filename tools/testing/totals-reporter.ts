import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule, TestSuite } from 'vitest/node'
import type { Totals } from './totals.ts'

type Suite = TestModule | TestSuite

/** A vitest reporter that writes the totals to the file that TIDEWAY_TEST_TOTALS names. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env['TIDEWAY_TEST_TOTALS']
    if (file) writeFileSync(file, JSON.stringify(countTotals(modules, unhandledErrors.length)))
  }
}

/**
 * Beside failed tests, what fails without being a test counts as a failed one each: an error that nobody
 * handled, a file that does not load, a hook around a whole suite.
 */
export function countTotals(modules: readonly TestModule[], unhandledErrors: number): Totals {
  const totals = { passed: 0, failed: unhandledErrors, skipped: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      // A test that never came to run is as good as skipped; what stopped it is counted by itself.
      totals[state === 'pending' ? 'skipped' : state] += 1
    }
    for (const suite of suitesOf(module)) if (suite.errors().length > 0) totals.failed += 1
  }
  return totals
}

function suitesOf(module: TestModule): Suite[] {
  return [module, ...module.children.allSuites()]
}
