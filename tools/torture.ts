import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { claim } from './processes/claim.ts'
import { tortureTable } from './torture/report.ts'
import { torture } from './torture/run.ts'
import { parseTortureOptions } from './torture/torture-options.ts'
import { ensureBuilt } from './workspace/build.ts'
import { lockFile, tidewayDirectory } from './workspace/paths.mjs'

// `npm run torture`: faults injected under load, then the books.
const directory = join(tidewayDirectory, 'torture')
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const options = parseTortureOptions(process.argv.slice(2))
  say(`Seed ${options.seed}: --seed ${options.seed} repeats the choice of faults.`)
  await claim(join(directory, 'state.json'), lockFile('torture'), roster)
  await ensureBuilt(roster)
  const report = await torture(roster, directory, options)
  const table = tortureTable(report)
  writeFileSync(join(directory, 'report.txt'), `${table}\n`)
  say(`\n${table}`)
  return { code: report.sentences.length > 0 ? 1 : 0 }
}, interruptedCode)
