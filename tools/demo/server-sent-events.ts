import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerSentEvent {
  name: string
  data: string
}

const againAfterMs = 1_000

/**
 * Server-Sent Events from an address, until the signal; when the stream ends or nobody answers, it is asked for again.
 *
 * @param take called with each event, in their order
 */
export async function listen(
  url: string,
  take: (event: ServerSentEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { body } = await fetch(url, { headers: { accept: 'text/event-stream' }, signal })
      if (body) for await (const event of eventsIn(body)) take(event)
    } catch {
      // The next one answers, or the one after it.
    }
    await sleep(againAfterMs, undefined, { signal }).catch(() => undefined)
  }
}

/** The events of a stream, as https://html.spec.whatwg.org/multipage/server-sent-events.html has them, without ids. */
export async function* eventsIn(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder()
  let unread = ''
  for await (const part of stream) {
    unread += decoder.decode(part, { stream: true })
    const blocks = unread.split(/\r?\n\r?\n/)
    unread = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = eventOf(block)
      if (event) yield event
    }
  }
}

/** Undefined for a comment, which keeps the connection alive. */
function eventOf(block: string): ServerSentEvent | undefined {
  const values = (field: string) =>
    block
      .split(/\r?\n/)
      .filter((line) => line.startsWith(`${field}:`))
      .map((line) => line.slice(field.length + 1).replace(/^ /, ''))
  const data = values('data')
  if (data.length === 0) return undefined
  return { name: values('event').at(-1) ?? 'message', data: data.join('\n') }
}
