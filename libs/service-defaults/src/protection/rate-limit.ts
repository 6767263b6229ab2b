import { HttpStatus } from '@nestjs/common'
import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProblemException } from '../problem/problem.exception.js'

/** Of the limit, in seconds. */
const WINDOW = 60
/** Clients that are remembered; beyond it, who was not there for the longest time is forgotten. */
const MOST_CLIENTS = 50_000

/** Counts a request, and says so in the answer. @throws ProblemException 429 */
export type RateLimit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** To be called before `rateLimitOf`. Limits nothing by itself. */
export function prepareRateLimit(instance: FastifyInstance, perMinute: number): void {
  void instance.register(rateLimit, {
    global: false,
    max: perMinute,
    timeWindow: WINDOW * 1_000,
    cache: MOST_CLIENTS,
    keyGenerator: countedAs,
  })
}

/** To be called when what `prepareRateLimit` has registered is there. */
export function rateLimitOf(instance: FastifyInstance): RateLimit {
  const count = instance.createRateLimit()
  return async (request, reply) => {
    const counted = await count(request)
    if (counted.isAllowed) return
    const { max, remaining, ttlInSeconds, isExceeded } = counted
    const headers = {
      'RateLimit-Policy': `"per-client";q=${max};w=${WINDOW}`,
      RateLimit: `"per-client";r=${remaining};t=${ttlInSeconds}`,
    }
    if (isExceeded) throw tooMany(max, headers, ttlInSeconds)
    void reply.headers(headers)
  }
}

interface Counted {
  client?: string
  /** Undefined when who has asked is gone already. */
  ip: string | undefined
}

/** A client that is known, else where the request comes from; of IPv6, the network of a customer. */
function countedAs({ client, ip = '' }: Counted): string {
  return client ?? `address:${normalizeIP(ip)}`
}

function tooMany(
  max: number,
  headers: Readonly<Record<string, string>>,
  seconds: number,
): ProblemException {
  return new ProblemException(
    {
      status: HttpStatus.TOO_MANY_REQUESTS,
      detail: `More than ${max} requests in a minute. Repeat the request in ${seconds} s.`,
    },
    { ...headers, 'Retry-After': String(seconds) },
  )
}
