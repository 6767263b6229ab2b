import { Logger } from '@nestjs/common'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { SpanReceiver } from '#testing'
import { OtlpTracer } from './otlp-tracer.js'
import { Tracing } from './tracing.module.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'
const sampled = { traceparent: `00-${TRACE}-${PARENT}-01`, tracestate: 'vendor=opaque' }
const unsampled = { traceparent: `00-${TRACE}-${PARENT}-00` }
const span = {
  name: 'GET /things',
  kind: 'server',
  attributes: { 'http.route': '/things' },
} as const

let receiver: SpanReceiver

beforeEach(async () => {
  receiver = await SpanReceiver.start()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await receiver.close()
})

function tracer(): OtlpTracer {
  const made = new OtlpTracer('things')
  onTestFinished(() => made.close())
  return made
}

describe('a span', () => {
  it('is sent with its service, name, kind, trace and attributes', async () => {
    const tracing = tracer()
    const started = tracing.start({ ...span, parent: sampled, links: [unsampled] })
    started.end({ 'http.response.status_code': 200 })
    await tracing.close()
    expect(receiver.spans).toEqual([
      {
        service: 'things',
        name: 'GET /things',
        kind: 'server',
        traceId: TRACE,
        spanId: started.trace!.traceparent.slice(36, 52),
        parentSpanId: PARENT,
        tracestate: 'vendor=opaque',
        attributes: { 'http.route': '/things', 'http.response.status_code': 200 },
        links: [{ traceId: TRACE, spanId: PARENT }],
        isFault: false,
      },
    ])
  })

  it('is where what follows belongs, in the same trace and with its tracestate', () => {
    const { trace } = tracer().start({ ...span, parent: sampled })
    expect(trace).toEqual({
      traceparent: expect.stringMatching(new RegExp(`^00-${TRACE}-(?!${PARENT})[0-9a-f]{16}-01$`)),
      tracestate: 'vendor=opaque',
    })
  })

  it('that fails says how, in one word', async () => {
    const tracing = tracer()
    tracing.start(span).end({}, 'database-unavailable')
    await tracing.close()
    expect(receiver.spans).toMatchObject([
      { isFault: true, attributes: { 'error.type': 'database-unavailable' } },
    ])
  })

  it('without a parent begins a trace', () => {
    expect(tracer().start(span).trace?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  it('is not sent when its trace is not sampled, and what follows belongs to the parent', async () => {
    const tracing = tracer()
    const started = tracing.start({ ...span, parent: unsampled })
    started.end()
    expect(started.trace).toBe(unsampled)
    await tracing.close()
    expect(receiver.spans).toEqual([])
  })
})

describe('the variables of OpenTelemetry', () => {
  it('OTEL_TRACES_SAMPLER says which traces have spans', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_on')
    const all = tracer()
    all.start({ ...span, parent: unsampled }).end()
    await all.close()
    expect(receiver.spans).toHaveLength(1)
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'always_off')
    const none = tracer()
    expect(none.start(span).trace).toBeUndefined()
  })

  it('OTEL_SERVICE_NAME is what the service is called', async () => {
    vi.stubEnv('OTEL_SERVICE_NAME', 'others')
    const tracing = tracer()
    tracing.start(span).end()
    await tracing.close()
    expect(receiver.spans).toMatchObject([{ service: 'others' }])
  })

  it('OTEL_EXPORTER_OTLP_HEADERS go with each request', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20x')
    const tracing = tracer()
    tracing.start(span).end()
    await tracing.close()
    expect(receiver.headers).toMatchObject({ authorization: 'Bearer x' })
  })
})

describe('spans that nobody takes', () => {
  it('disturb nobody: they are dropped, the log says so once, and a stop waits no longer than it may', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `${receiver.endpoint}/nowhere`)
    vi.stubEnv('OTEL_BSP_SCHEDULE_DELAY', '10')
    const warnings = vi.spyOn(Logger.prototype, 'warn').mockReturnValue()
    onTestFinished(() => warnings.mockRestore())
    const tracing = new OtlpTracer('things')
    tracing.start(span).end()
    await vi.waitFor(() => expect(warnings).toHaveBeenCalledTimes(1))
    expect(warnings.mock.calls[0]![0]).toMatch(/^Spans are dropped/)
    tracing.start(span).end()
    await new Tracing(tracing).onApplicationShutdown()
    expect(warnings).toHaveBeenCalledTimes(1)
  })

  it('are given up when a stop has waited for long enough', async () => {
    const close = vi.fn(() => new Promise<void>(() => {}))
    await new Tracing({ start: vi.fn(), close }).onApplicationShutdown()
    expect(close).toHaveBeenCalledOnce()
  })
})
