import { Controller, Get, InternalServerErrorException, Param, Post } from '@nestjs/common'
import { type NestFastifyApplication } from '@nestjs/platform-fastify'
import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { createTestApp, SERVICE_DEFAULTS } from '../../test/create-test-app.js'
import { serveApiDocs } from '../swagger.js'
import { type TraceContext } from './trace-context.js'
import { RequestTrace, traceRequests } from './trace-requests.js'
import { type Span, type SpanStart, type Tracer } from './tracer.js'

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const OWN = '00-0af7651916cd43dd8448eb211c80319c-1111111111111111-01'

/** Samples everything. */
class FakeTracer implements Tracer {
  readonly started: SpanStart[] = []
  readonly ended: unknown[][] = []

  start(span: SpanStart): Span {
    this.started.push(span)
    return {
      trace: { ...span.parent, traceparent: OWN },
      end: (...how) => void this.ended.push(how),
    }
  }

  async close(): Promise<void> {}
}

async function start(tracer?: Tracer) {
  const seen: (TraceContext | undefined)[] = []
  const never = Promise.withResolvers<void>()

  @Controller('things')
  class ThingsController {
    @Get(':id')
    find(@Param('id') id: string, @RequestTrace() trace: TraceContext | undefined) {
      seen.push(trace)
      if (id === 'broken') throw new InternalServerErrorException()
      return id === 'slow' ? never.promise : { id }
    }

    @Post()
    create() {
      return {}
    }
  }

  const app: NestFastifyApplication = await createTestApp({
    imports: [SERVICE_DEFAULTS],
    controllers: [ThingsController],
  })
  traceRequests(app.getHttpAdapter().getInstance(), tracer)
  serveApiDocs(app, { title: 'Things', description: 'All.', version: '1', tags: {} })
  await app.listen(0, '127.0.0.1')
  return { app, seen, never }
}

describe('the trace of a request', () => {
  it('is what its headers say, and told in the answer', async () => {
    const { app, seen } = await start()
    const headers = { traceparent, tracestate: 'vendor=opaque' }
    const answer = await app.inject({ url: '/things/7', headers })
    expect(seen).toEqual([headers])
    expect(answer.headers['traceresponse']).toBe(traceparent)
  })

  it('is told in answers that refuse, too', async () => {
    const { app } = await start()
    const headers = { traceparent, 'content-type': 'text/plain' }
    const refused = await app.inject({ method: 'POST', url: '/things', headers, payload: 'x' })
    expect(refused.statusCode).toBe(415)
    expect(refused.headers['traceresponse']).toBe(traceparent)
  })

  it.each([
    ['missing', undefined],
    ['not valid', traceparent.toUpperCase()],
    ['there twice', [traceparent, traceparent]],
  ])('is none when the header is %s', async (_, header) => {
    const { app, seen } = await start()
    const headers = header === undefined ? {} : { traceparent: header, tracestate: 'a=1' }
    const answer = await fetch(`${await app.getUrl()}/things/7`, {
      headers: Object.entries(headers).flatMap(([name, values]) =>
        [values].flat().map((value): [string, string] => [name, value]),
      ),
    })
    expect(answer.status).toBe(200)
    expect(seen).toEqual([undefined])
    expect(answer.headers.get('traceresponse')).toBeNull()
  })
})

describe('the span of a request', () => {
  it('is named by its route, in the trace of its client, and what follows belongs to it', async () => {
    const tracer = new FakeTracer()
    const { app, seen } = await start(tracer)
    const headers = { traceparent, tracestate: 'vendor=opaque' }
    const answer = await app.inject({ url: '/things/7?name=alice', headers })
    expect(tracer.started).toEqual([
      {
        name: 'GET /things/:id',
        kind: 'server',
        parent: headers,
        attributes: {
          'http.request.method': 'GET',
          'http.route': '/things/:id',
          'url.scheme': 'http',
        },
      },
    ])
    expect(tracer.ended).toEqual([[{ 'http.response.status_code': 200 }, undefined]])
    expect(seen).toEqual([{ traceparent: OWN, tracestate: 'vendor=opaque' }])
    expect(answer.headers['traceresponse']).toBe(OWN)
  })

  it('tells of a fault of the service', async () => {
    const tracer = new FakeTracer()
    const { app } = await start(tracer)
    await app.inject('/things/broken')
    expect(tracer.ended).toEqual([[{ 'http.response.status_code': 500 }, '500']])
  })

  it('does not call it a fault when a client asks for something wrong', async () => {
    const tracer = new FakeTracer()
    const { app } = await start(tracer)
    const headers = { 'content-type': 'text/plain' }
    await app.inject({ method: 'POST', url: '/things', headers, payload: 'x' })
    expect(tracer.ended).toEqual([[{ 'http.response.status_code': 415 }, undefined]])
  })

  it('ends when its client goes without the answer', async () => {
    const tracer = new FakeTracer()
    const { app, seen, never } = await start(tracer)
    const socket = connect(Number(new URL(await app.getUrl()).port), '127.0.0.1')
    socket.write('GET /things/slow HTTP/1.1\r\nHost: x\r\n\r\n')
    await vi.waitFor(() => expect(seen).toHaveLength(1))
    socket.destroy()
    await vi.waitFor(() => expect(tracer.ended).toEqual([[{}, 'client-gone']]))
    never.resolve()
  })

  it.each(['/livez', '/readyz', '/metrics', '/docs', '/docs/openapi.json', '/nowhere'])(
    'is not made for %s',
    async (url) => {
      const tracer = new FakeTracer()
      const { app } = await start(tracer)
      await app.inject(url)
      expect(tracer.started).toEqual([])
    },
  )
})
