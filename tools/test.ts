import { join } from 'node:path'
import { runAsCommand } from './console/command.ts'
import { startInfrastructure } from './infrastructure/infrastructure.ts'
import { claimTestDirectory } from './testing/test-directories.ts'
import { isSuccess, readTotals, totalsLine, totalsOf } from './testing/totals.ts'
import { runVitest } from './testing/vitest.ts'
import { ensureBuilt } from './workspace/build.ts'

// `npm test`: all tests, or those that the arguments pick, with a broker and a database of their own.
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const directory = await claimTestDirectory(roster)
  await ensureBuilt(roster)
  const { broker, database } = await startInfrastructure({ directory, roster, footprint: 'small' })
  const totalsFile = join(directory, 'totals.json')
  const code = await runVitest(roster, process.argv.slice(2), {
    KAFKA_BROKERS: broker.address,
    MONGODB_URI: database.uri,
    TIDEWAY_TEST_DIRECTORY: directory,
    TIDEWAY_TEST_TOTALS: totalsFile,
  })
  const totals = totalsOf(readTotals(totalsFile), code)
  return { code: isSuccess(totals) ? 0 : 1, lastLine: totalsLine(totals) }
}, interruptedCode)
