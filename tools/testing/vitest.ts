import { join } from 'node:path'
import type { Roster } from '../processes/roster.ts'
import { root } from '../workspace/paths.mjs'

/** Runs vitest in the terminal, and resolves to its exit code. */
export async function runVitest(
  roster: Roster,
  args: string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const vitest = roster.launch('helper', {
    name: 'vitest',
    command: process.execPath,
    args: [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      `--reporter=${join(import.meta.dirname, 'totals-reporter.ts')}`,
      ...args,
    ],
    cwd: root,
    env: { ...process.env, ...env },
    output: 'terminal',
  })
  return (await vitest.exited).code
}
