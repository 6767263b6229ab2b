import { carryOut } from './carry-out.ts'
import { parseSimulateOptions } from './simulate-options.ts'

/** A command, and below it what it prints. */
const QUOTED = /```sh\nnpm run simulate -- ([^\n]+)\n```\n\n```\n[^]*?\n```/g

/** A page whose simulations have been run anew: commands stay, what they print is replaced. */
export function withOutputs(page: string): string {
  return page.replace(QUOTED, (_, args: string) => {
    const output = carryOut(parseSimulateOptions(args.split(' ')))
    return `\`\`\`sh\nnpm run simulate -- ${args}\n\`\`\`\n\n\`\`\`\n${output}\n\`\`\``
  })
}

/** The arguments of every simulation that a page quotes. */
export function commandsIn(page: string): string[] {
  return [...page.matchAll(QUOTED)].map(([, args]) => args!)
}
