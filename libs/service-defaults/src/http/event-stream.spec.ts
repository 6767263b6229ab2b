import { Controller, Get, Module, Res, type StreamableFile } from '@nestjs/common'
import { type FastifyReply } from 'fastify'
import { expect, it } from 'vitest'
import { startTestApp } from '../../test/create-test-app.js'
import { commentText, EVENT_STREAM, eventText, retryText, streamEvents } from './event-stream.js'

@Controller()
class EventsController {
  @Get('events')
  follow(@Res({ passthrough: true }) reply: FastifyReply): StreamableFile {
    return streamEvents(reply, events())
  }
}

@Module({ controllers: [EventsController] })
class EventsModule {}

async function* events() {
  yield retryText(1_000)
  yield eventText({ id: '1', event: 'news', data: { text: 'two\nlines' } })
  yield commentText('still there')
  yield eventText({ id: '2', data: null })
}

it('events are a stream that nobody keeps, each line as the standard has it', async () => {
  const app = await startTestApp({ imports: [EventsModule] })
  const { headers, body } = await app.inject('/events')
  expect(headers['content-type']).toBe(EVENT_STREAM)
  expect(headers['cache-control']).toBe('no-store')
  expect(body).toBe(
    'retry: 1000\n\n' +
      'id: 1\nevent: news\ndata: {"text":"two\\nlines"}\n\n' +
      ': still there\n\n' +
      'id: 2\ndata: null\n\n',
  )
})
