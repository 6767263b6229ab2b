import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { stringify } from 'yaml'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { ensureBuilt } from './workspace/build.ts'
import { root, shown } from './workspace/paths.mjs'

// `npm run docs`: writes what is generated: docs/asyncapi.yaml and the README's diagram from the contracts, and what the
// simulations of docs/scaling.md print.
const interruptedCode = 130
const readme = join(root, 'README.md')
const scaling = join(root, 'docs', 'scaling.md')

await runAsCommand(async (roster) => {
  await ensureBuilt(roster)
  const { asyncApiDocument, userCreationDiagram } = await import('#contracts')
  await write(
    join(root, 'docs', 'asyncapi.yaml'),
    `# Generated from libs/contracts: npm run docs\n${stringify(asyncApiDocument(), { aliasDuplicateObjects: false })}`,
  )
  const diagram = `<!-- saga -->\n\n\`\`\`mermaid\n${userCreationDiagram()}\n\`\`\`\n\n<!-- /saga -->`
  const text = readFileSync(readme, 'utf8')
  await write(
    readme,
    text.replace(/<!-- saga -->[^]*?<!-- \/saga -->/, () => diagram),
  )
  const { withOutputs } = await import('./simulate/quoted.ts')
  await write(scaling, withOutputs(readFileSync(scaling, 'utf8')))
  return { code: 0 }
}, interruptedCode)

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }))
  say(`Wrote ${shown(file)}.`)
}
