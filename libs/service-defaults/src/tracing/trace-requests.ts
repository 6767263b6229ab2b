import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { isOpen } from '../protection/open-routes.js'
import { readTraceContext, type TraceContext } from './trace-context.js'
import { type Tracer } from './tracer.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** Its client's trace; with spans, its own place in that trace, or in one that it began. */
    trace: TraceContext | undefined
  }
}

/** The header of an answer that says which trace it belongs to, as the draft of W3C Trace Context has it. */
export const TRACE_RESPONSE = 'traceresponse'

const INTERNAL_ERROR = 500

/**
 * Takes the trace of each request that reaches a route, and tells it in the answer. With a tracer each of them is a span,
 * but for probes, metrics and documentation.
 */
export function traceRequests(fastify: FastifyInstance, tracer: Tracer | undefined): void {
  fastify.decorateRequest('trace', undefined)
  fastify.addHook('onRequest', (request, reply, done) => {
    const { traceparent, tracestate } = request.headers
    let trace = traceparent === undefined ? undefined : readTraceContext(traceparent, tracestate)
    const route = request.routeOptions.url
    if (tracer && route !== undefined && !isOpen(route)) {
      trace = startSpan(tracer, route, trace, request, reply)
    }
    if (trace) {
      request.trace = trace
      void reply.header(TRACE_RESPONSE, trace.traceparent)
    }
    done()
  })
}

/** @returns what the request is a part of */
function startSpan(
  tracer: Tracer,
  route: string,
  parent: TraceContext | undefined,
  { method }: FastifyRequest,
  { raw }: FastifyReply,
): TraceContext | undefined {
  const span = tracer.start({
    name: `${method} ${route}`,
    kind: 'server',
    parent,
    attributes: { 'http.request.method': method, 'http.route': route, 'url.scheme': 'http' },
  })
  // Comes also when the client has gone.
  raw.once('close', () => {
    const { statusCode } = raw
    if (!raw.headersSent) span.end({}, 'client-gone')
    else {
      const fault = statusCode >= INTERNAL_ERROR ? String(statusCode) : undefined
      span.end({ 'http.response.status_code': statusCode }, fault)
    }
  })
  return span.trace
}

/** The trace that a request belongs to, if it belongs to any. */
export const RequestTrace = createParamDecorator(
  (_: unknown, context: ExecutionContext): TraceContext | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().trace,
)
