import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { withProgress } from '../console/progress.ts'
import { say } from '../console/say.ts'
import { withLock } from '../processes/lock.mjs'
import type { Roster } from '../processes/roster.ts'
import { runTool } from '../processes/run-tool.ts'
import { contentDigest, writingDigest } from './digest.ts'
import { lockFile, root } from './paths.mjs'

const inRoot = (...names: string[]) => names.map((name) => join(root, name))
const inputs = inRoot(
  'apps',
  'bench',
  'examples',
  'libs',
  'nest-cli.json',
  'package.json',
  'package-lock.json',
  'tsconfig.build.json',
  'tsconfig.json',
)
const outputs = inRoot('dist/apps', 'dist/bench', 'dist/examples', 'dist/libs')
const stampFile = join(root, 'dist', '.tideway-built')

/**
 * Builds the services when their sources have changed since the last build, or something else has built
 * since.
 *
 * @throws Failure when the sources do not compile; the compiler's messages are shown
 */
export async function ensureBuilt(roster: Roster): Promise<void> {
  await withLock(
    lockFile('build'),
    async () => {
      const sources = contentDigest(inputs)
      if (isBuilt(sources)) return
      await withProgress('Building the services', () => build(roster))
      writeFileSync(stampFile, stampOf(sources))
    },
    () => say('Waiting for another command that builds the services…'),
  )
}

function isBuilt(sources: string): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampOf(sources)
}

/** The second line differs when somebody has built by hand since, from whatever sources. */
function stampOf(sources: string): string {
  return `${sources}\n${writingDigest(outputs)}\n`
}

async function build(roster: Roster): Promise<void> {
  const [tool = '', ...args] = buildScript().split(/\s+/)
  const lines: string[] = []
  const { succeeded } = await runTool(roster, {
    name: 'the build',
    command: process.execPath,
    args: [realpathSync(join(root, 'node_modules', '.bin', tool)), ...args],
    cwd: root,
    onLine: (line) => lines.push(line),
  })
  if (succeeded) return
  for (const line of lines) say(line)
  throw new Failure('The services do not build: see the messages above.')
}

/** The same command as `npm run build`, but on this Node. */
function buildScript(): string {
  const manifest: { scripts: Record<string, string> } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  return manifest.scripts['build'] ?? ''
}
