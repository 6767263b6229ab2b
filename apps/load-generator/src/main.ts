import { writeFileSync } from 'node:fs'

import { Load } from './load.js'
import { helpOnOptions, type LoadOptions, parseLoadOptions } from './load-options.js'
import { asLine, asTable } from './load-report.js'

const options = parse(process.argv.slice(2))
const load = new Load(options)
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => load.stop())

const report = await load.run((second) => {
  print(options.json ? JSON.stringify({ second }) : asLine(second))
})
if (options.ids) writeFileSync(options.ids, load.acceptedIds.map((id) => `${id}\n`).join(''))
print(options.json ? JSON.stringify({ report }) : asTable(report))
process.exitCode = report.failed > 0 ? 1 : 0

function parse(args: string[]): LoadOptions {
  try {
    return parseLoadOptions(args)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : ''}\n\n${helpOnOptions}\n`)
    return process.exit(2)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
