import { expect, test } from 'vitest'
import { eventsIn, type ServerSentEvent } from './server-sent-events.ts'

async function read(...parts: string[]) {
  const bytes = new TextEncoder().encode(parts.join('|'))
  // Cut where the marks are: anywhere, also within a character.
  async function* stream() {
    let from = 0
    for (const [index, byte] of bytes.entries()) {
      if (byte !== '|'.charCodeAt(0)) continue
      yield bytes.slice(from, index)
      from = index + 1
    }
    yield bytes.slice(from)
  }
  const events: ServerSentEvent[] = []
  for await (const event of eventsIn(stream())) events.push(event)
  return events
}

test('events are read wherever the stream is cut', async () => {
  expect(await read('event: sam', 'ple\nda', 'ta: {"a":1}\n', '\ndata: b\n\n')).toEqual([
    { name: 'sample', data: '{"a":1}' },
    { name: 'message', data: 'b' },
  ])
})

test('several lines of data are one, and comments and what has not ended are none', async () => {
  expect(await read(': alive\n\ndata: a\r\ndata:b\r\n\r\ndata: half')).toEqual([
    { name: 'message', data: 'a\nb' },
  ])
})
