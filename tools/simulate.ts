import { runAsCommand } from './console/command.ts'
import { say } from './console/say.ts'
import { parseSimulateOptions } from './simulate/simulate-options.ts'
import { ensureBuilt } from './workspace/build.ts'

// `npm run simulate`: the autoscaler simulated at any scale.
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const order = parseSimulateOptions(process.argv.slice(2))
  await ensureBuilt(roster)
  const { carryOut } = await import('./simulate/carry-out.ts')
  say(carryOut(order))
  // A pipe takes it more slowly, and the end of a process does not wait.
  await new Promise((resolve) => process.stdout.write('', resolve))
  return { code: 0 }
}, interruptedCode)
