import type { ExecutionContext } from '@nestjs/common'
import type { FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent it, where authentication is on: `key:` and a client's name, or `token:` and a subject. */
    client?: string
  }
}

/** Who sent a request; undefined while authentication is off. */
export function clientOf(context: ExecutionContext): string | undefined {
  return context.switchToHttp().getRequest<FastifyRequest>().client
}
