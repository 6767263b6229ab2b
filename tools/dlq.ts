import { runAsCommand } from './console/command.ts'
import { withKafka, type Connection } from './dlq/connection.ts'
import { parseDlqOptions, type DlqOrder } from './dlq/dlq-options.ts'
import { listDeadLetters } from './dlq/list.ts'
import { redrive } from './dlq/redrive.ts'
import { showDeadLetter } from './dlq/show.ts'

// `npm run dlq`: looks at dead letters, and puts them back.
const interruptedCode = 130

await runAsCommand(async (roster) => {
  const order = parseDlqOptions(process.argv.slice(2))
  const stopping = new AbortController()
  const work = carryOut(order, stopping.signal)
  // Interrupted, it finishes what is in hand and leaves its consumer group.
  roster.afterwards(async () => {
    stopping.abort()
    await Promise.allSettled([work])
  })
  await work
  return { code: 0 }
}, interruptedCode)

async function carryOut(order: DlqOrder, signal: AbortSignal): Promise<void> {
  try {
    await withKafka(process.env, (connection) => run(order, connection, signal))
  } finally {
    await written()
  }
}

async function run(order: DlqOrder, connection: Connection, signal: AbortSignal): Promise<void> {
  if (order.command === 'list') await listDeadLetters(order, connection, signal)
  else if (order.command === 'show') await showDeadLetter(order, connection, signal)
  else await redrive(order, connection, signal)
}

/** Resolves when all that was said is written: a pipe takes it more slowly, and the end of a process does not wait. */
function written(): Promise<void> {
  return new Promise((resolve) => process.stdout.write('', () => resolve()))
}
