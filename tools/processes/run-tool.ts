import type { ProcessOrder } from './managed-process.ts'
import type { Roster } from './roster.ts'

export interface ToolRun {
  succeeded: boolean
  /** The last lines it printed. */
  tail: string[]
}

const tailLines = 40

/**
 * Runs a tool (Maven, pip, the compiler) to its end; it is on the roster meanwhile, so that stopping stops it.
 *
 * @param order.onLine sees each line as it comes
 * @param order.silentForMs gives up when nothing was printed for that long
 */
export async function runTool(
  roster: Roster,
  order: Omit<ProcessOrder, 'output'> & {
    onLine?: (line: string) => void
    silentForMs?: number
  },
): Promise<ToolRun> {
  const tail: string[] = []
  const { onLine, silentForMs, ...rest } = order
  const tool = roster.launch('helper', {
    ...rest,
    output: (line) => {
      watchdog?.refresh()
      tail.push(line)
      if (tail.length > tailLines) tail.shift()
      onLine?.(line)
    },
  })
  const watchdog =
    silentForMs === undefined ? undefined : setTimeout(() => void tool.kill(), silentForMs)
  const { code } = await tool.exited
  clearTimeout(watchdog)
  return { succeeded: code === 0, tail }
}
