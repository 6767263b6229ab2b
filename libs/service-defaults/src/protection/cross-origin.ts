import type { FastifyCorsOptions } from '@fastify/cors'
import type { FastifyRequest } from 'fastify'
import { API_KEY_HEADER } from './api-keys.js'

/** Seconds for which a browser need not ask again. */
const REMEMBERED_FOR = 600

/** What pages of these origins may send, and read of an answer. Cookies are none of it. */
export function crossOriginOptions(origins: readonly string[]): FastifyCorsOptions {
  return {
    origin: [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'Content-Type',
      'Idempotency-Key',
      'Prefer',
      'Authorization',
      API_KEY_HEADER,
      'traceparent',
      'tracestate',
      'Last-Event-ID',
    ],
    exposedHeaders: [
      'Location',
      'Link',
      'Retry-After',
      'Preference-Applied',
      'Idempotency-Replayed',
      'RateLimit',
      'RateLimit-Policy',
      'WWW-Authenticate',
      'traceresponse',
    ],
    maxAge: REMEMBERED_FOR,
  }
}

/** Whether a browser asks what a page of another origin may do. Other requests with OPTIONS are no one's. */
export function isPreflight({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}
