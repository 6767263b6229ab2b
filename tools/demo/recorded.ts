import { join } from 'node:path'
import { readRecord } from './record.ts'
import { errorOf } from './report.ts'
import { compare } from './simulated.ts'

/** A run on two cores: `npm run demo -- --headless --record tools/demo/fixtures/run.json`. */
export const recordedRun = join(import.meta.dirname, 'fixtures', 'run.json')

/** Where a page says how far the simulator is from the recorded run. */
const PLACE = /<!-- demo -->[^]*?<!-- \/demo -->/

/** The page with what is so at present. */
export function withRecordedError(page: string): string {
  const error = errorOf(compare(readRecord(recordedRun)))
  return page.replace(PLACE, () => `<!-- demo -->\n\n> simulator: ${error}\n\n<!-- /demo -->`)
}
