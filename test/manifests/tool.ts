import { spawnSync } from 'node:child_process'

/** A program of this machine that a check needs. */
export interface Tool {
  isThere: boolean
  /** For the name of what is skipped without it. */
  note: string
  /** Runs it, and gives what it printed on stdout. @throws with all that it said when it fails */
  run: (args: string[]) => string
}

const mostOutput = 64 * 1024 * 1024

/** @param probe arguments with which it says that it is there */
export function findTool(command: string, probe: string[]): Tool {
  const isThere = spawnSync(command, probe, { stdio: 'ignore' }).status === 0
  return {
    isThere,
    note: isThere ? '' : ` (skipped: there is no ${command})`,
    run(args) {
      const options = { encoding: 'utf8', maxBuffer: mostOutput } as const
      const { status, stdout, stderr } = spawnSync(command, args, options)
      if (status === 0) return stdout
      throw new Error(`${command} ${args.join(' ')} failed:\n${stderr}${stdout}`)
    },
  }
}

/** The first one that is there, else the first. */
export function findFirst(...tools: [Tool, ...Tool[]]): Tool {
  return tools.find(({ isThere }) => isThere) ?? tools[0]
}
