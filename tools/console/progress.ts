import { say } from './say.ts'

const everyMs = 5_000

/**
 * Says what a long step is doing and, every few seconds, how far it has come. Plain lines, so that steps
 * that run at once, pipes and logs all stay readable.
 *
 * @param title such as `Fetching Kafka 4.1.0 with Maven`
 * @param soFar such as `12 jars`; the seconds are added
 */
export async function withProgress<T>(
  title: string,
  work: () => Promise<T>,
  soFar: () => string = () => '',
): Promise<T> {
  const started = Date.now()
  const status = () => [soFar(), `${seconds(Date.now() - started)} s`].filter(Boolean).join(', ')
  say(`${title}…`)
  const timer = setInterval(() => say(`${title}: ${status()} so far`), everyMs)
  try {
    const result = await work()
    say(`${title}: ${status()}.`)
    return result
  } finally {
    clearInterval(timer)
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000)
}
