import { execFileSync, spawnSync } from 'node:child_process'

/** A program of this machine that a check needs. */
export interface Tool {
  isThere: boolean
  /** For the name of what is skipped without it. */
  note: string
  /** Runs it, and gives what it printed. @throws with what it said when it fails */
  run: (args: string[], input?: string) => string
}

const mostOutput = 64 * 1024 * 1024

/** @param probe arguments with which it says that it is there */
export function findTool(command: string, probe: string[]): Tool {
  const isThere = spawnSync(command, probe, { stdio: 'ignore' }).status === 0
  return {
    isThere,
    note: isThere ? '' : ` (skipped: there is no ${command})`,
    run: (args, input = '') =>
      execFileSync(command, args, {
        input,
        encoding: 'utf8',
        maxBuffer: mostOutput,
        stdio: 'pipe',
      }),
  }
}

/** The first one that is there, else the first. */
export function findFirst(...tools: [Tool, ...Tool[]]): Tool {
  return tools.find(({ isThere }) => isThere) ?? tools[0]
}
