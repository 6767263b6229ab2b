import { createHash } from 'node:crypto'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { ApiHeader } from '@nestjs/swagger'
import { type FastifyRequest } from 'fastify'

import { clientOf, ProblemException } from '#service-defaults'

const HEADER = 'Idempotency-Key'
const EXAMPLE = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
/** A string as structured headers have it (RFC 9651), without escapes; or, as many clients send it, without quotes. */
const KEY = /^(?:"([ !#-[\]-~]{1,255})"|([A-Za-z0-9._~:+/=-]{1,255}))$/

/** @throws ProblemException 400 when the header is there and is no key */
export function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  const text = [header].flat().join(', ').trim()
  const [, quoted, bare] = KEY.exec(text) ?? []
  const key = quoted ?? bare
  if (key !== undefined) return key
  throw ProblemException.invalid([
    { pointer: `/${HEADER}`, detail: 'must be a string of 1 to 255 characters between quotes' },
  ])
}

/**
 * The key as one client's, so that clients need not know of each other's. A key has no quotes in it, so it is never the
 * same as another client's, or as one that came while clients were not known.
 */
export function keyOfClient(key: string, client: string | undefined): string {
  return client === undefined ? key : JSON.stringify([client, key])
}

/** The request's key, if it has one: its client's, where clients are known. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>()
  const key = idempotencyKeyOf(headers['idempotency-key'])
  return key === undefined ? undefined : keyOfClient(key, clientOf(context))
})

/** Says in the document that a call takes the header. */
export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: HEADER,
    required: false,
    description: `Makes it safe to repeat the request, for 24 hours: the same key with the same body is the same operation. A string between quotes: \`${EXAMPLE}\`.`,
    schema: {
      type: 'string',
      pattern: KEY.source,
      examples: [EXAMPLE],
    },
  })
}

/** What a body says, whatever the order of its fields: SHA-256 of its JSON with sorted names. */
export function fingerprint(body: Readonly<Record<string, string | undefined>>): string {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined)
  const canonical = JSON.stringify(
    Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : 1))),
  )
  return createHash('sha256').update(canonical).digest('base64url')
}
