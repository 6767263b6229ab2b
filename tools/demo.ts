import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { openPage } from './demo/browser.ts'
import { parseDemoOptions } from './demo/demo-options.ts'
import { writeRecord } from './demo/record.ts'
import { scriptOf } from './demo/script.ts'
import { claim } from './processes/claim.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, shown, tidewayDirectory } from './workspace/paths.mjs'

// `npm run demo`: the article's two acts on this machine, live in the browser, and a report.
const directory = join(tidewayDirectory, 'demo')
const picture = join(directory, 'report.svg')
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const options = parseDemoOptions(process.argv.slice(2))
  await claim(join(directory, 'state.json'), lockFile('demo'), roster)
  await ensureBuilt(roster)
  // They need the build.
  const [{ demo }, { compare }, { pictureOf, reportOf }] = await Promise.all([
    import('./demo/demo.ts'),
    import('./demo/simulated.ts'),
    import('./demo/report.ts'),
  ])
  const show = options.isHeadless ? () => {} : openPage
  const { run, accounts } = await demo(roster, directory, scriptOf(options), { show })
  const report = { run, accounts, comparison: compare(run) }
  mkdirSync(directory, { recursive: true })
  writeFileSync(picture, pictureOf(report))
  if (options.record !== undefined) writeRecord(options.record, run)
  say(`\n${reportOf(report)}\n\nThe curves: ${shown(picture)}`)
  return { code: accounts.imbalances.length > 0 ? 1 : 0 }
}, interruptedCode)
