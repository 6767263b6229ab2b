import { Readable } from 'node:stream'

import { StreamableFile } from '@nestjs/common'
import { type FastifyReply } from 'fastify'

/** The media type of Server-Sent Events. */
export const EVENT_STREAM = 'text/event-stream'

/** One event of https://html.spec.whatwg.org/multipage/server-sent-events.html. */
export interface ServerSentEvent {
  /** What a client that comes back says that it has seen last. One line. */
  id: string
  /** What it is called; without it, `message`. One line. */
  event?: string
  /** Anything that JSON can say. */
  data: unknown
}

/** An event as it is sent. */
export function eventText({ id, event, data }: ServerSentEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`
  // JSON has no line break outside of its strings, and in them it is escaped.
  return `id: ${id}\n${name}data: ${JSON.stringify(data)}\n\n`
}

/** Has a client whose connection broke wait for so many milliseconds before it asks again. */
export function retryText(milliseconds: number): string {
  return `retry: ${milliseconds}\n\n`
}

/** Says that the connection is still there, which no client takes for an event. One line. */
export function commentText(comment: string): string {
  return `: ${comment}\n\n`
}

/**
 * An answer that goes on for as long as there are events. The next one is asked for when the client has taken the one
 * before.
 *
 * @param texts as the functions above make them
 */
export function streamEvents(reply: FastifyReply, texts: AsyncIterable<string>): StreamableFile {
  // Proxies that gather what they pass on are told not to.
  void reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
  return new StreamableFile(Readable.from(texts), { type: EVENT_STREAM })
}

/** Aborted when nobody is there for the answer any more, or it has been sent. */
export function goneWith(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}
