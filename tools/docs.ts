import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { stringify } from 'yaml'
import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { dashboardFiles } from './dashboards/dashboards.ts'
import { clientTypes } from './docs/client-types.ts'
import { asJson } from './dashboards/dashboard.ts'
import { withExcerpts } from './docs/excerpts.ts'
import { orders } from '../examples/orders/monitoring/orders.dashboard.ts'
import { ensureBuilt } from './workspace/build.ts'
import { root, shown } from './workspace/paths.mjs'

// `npm run docs`: writes what is generated: from the contracts docs/asyncapi.yaml and the README's diagram, from the
// controllers the OpenAPI documents, from those the types of the client in examples, from tools/dashboards what
// Grafana shows, what the simulations of the pages print, how far they are from the recorded demo, and what
// docs/your-own-saga.md shows of examples/orders.
const interruptedCode = 130
const readme = join(root, 'README.md')
const apis = [
  { service: 'operation-service', describe: 'describeOperationService' },
  { service: 'user-service', describe: 'describeUserService' },
]
const scaling = join(root, 'docs', 'scaling.md')
const ownSaga = join(root, 'docs', 'your-own-saga.md')
const example = join('examples', 'orders')

await runAsCommand(async (roster) => {
  await ensureBuilt(roster)
  const { asyncApiDocument, userCreationDiagram } = await import('#contracts')
  await write(
    join(root, 'docs', 'asyncapi.yaml'),
    `# Generated from libs/contracts: npm run docs\n${stringify(asyncApiDocument(), { aliasDuplicateObjects: false })}`,
  )
  await write(readme, withDiagram(readFileSync(readme, 'utf8'), userCreationDiagram()))
  for (const { service, describe } of apis) {
    const program = join(root, 'dist', 'apps', service, 'src', `${service}.docs.js`)
    const document: object = await (await import(pathToFileURL(program).href))[describe]()
    await write(openApiFile(service), JSON.stringify(document, null, 2))
  }
  const types = join(root, 'examples', 'client', 'operation-service.ts')
  await write(types, await clientTypes(openApiFile('operation-service')))
  for (const [name, content] of dashboardFiles()) {
    const file = join(root, 'monitoring', 'grafana', 'dashboards', name)
    await write(file, JSON.stringify(content, null, 2))
  }
  const { withOutputs } = await import('./simulate/quoted.ts')
  const { withRecordedError } = await import('./demo/recorded.ts')
  await write(scaling, withRecordedError(withOutputs(readFileSync(scaling, 'utf8'))))
  await write(
    join(root, example, 'monitoring', 'orders.json'),
    JSON.stringify(asJson(orders), null, 2),
  )
  const { orderDiagram } = await import(
    pathToFileURL(join(root, 'dist', example, 'contracts', 'order.diagram.js')).href
  )
  const guide = withDiagram(withOutputs(readFileSync(ownSaga, 'utf8')), orderDiagram())
  await write(
    ownSaga,
    withExcerpts(guide, (path) => readFileSync(join(root, path), 'utf8')),
  )
  return { code: 0 }
}, interruptedCode)

function withDiagram(page: string, diagram: string): string {
  return page.replace(
    /<!-- saga -->[^]*?<!-- \/saga -->/,
    () => `<!-- saga -->\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n<!-- /saga -->`,
  )
}

function openApiFile(service: string): string {
  return join(root, 'docs', 'openapi', `${service}.json`)
}

async function write(file: string, text: string): Promise<void> {
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }))
  say(`Wrote ${shown(file)}.`)
}
