import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { ApiHeader } from '@nestjs/swagger'
import { type FastifyReply, type FastifyRequest } from 'fastify'

import { goneWith, LONGEST_WAIT, preferredWait } from '#service-defaults'

/** How long an answer may wait until its operation has ended. */
export interface Patience {
  seconds: number
  /** Nobody is there for the answer any more. */
  gone: AbortSignal
}

/** What the request's `Prefer: wait=…` says; undefined when it does not, or nothing that can be understood. */
export const Patiently = createParamDecorator(
  (_: unknown, context: ExecutionContext): Patience | undefined => {
    const http = context.switchToHttp()
    const { headers } = http.getRequest<FastifyRequest>()
    const seconds = preferredWait(headers['prefer'])
    if (seconds === undefined) return undefined
    const reply = http.getResponse<FastifyReply>()
    reply.header('preference-applied', `wait=${seconds}`)
    return { seconds, gone: goneWith(reply) }
  },
)

/** Says in the document that a call takes `Prefer: wait=…`. */
export function ApiPatience(): MethodDecorator {
  return ApiHeader({
    name: 'Prefer',
    required: false,
    description: `\`wait=5\`: the answer may wait for so many seconds, ${LONGEST_WAIT} at most, until the operation has ended (RFC 7240). What cannot be read is ignored.`,
    schema: { type: 'string', examples: ['wait=5'] },
  })
}

/** The header of an answer that says it. */
export const PREFERENCE_APPLIED = {
  description: 'How long the answer would have waited, if it was asked to.',
  schema: { type: 'string', pattern: String.raw`^wait=\d+$` },
  example: 'wait=5',
} as const
