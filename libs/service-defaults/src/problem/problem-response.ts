import { getSchemaPath } from '@nestjs/swagger'
import { PROBLEM_MEDIA_TYPE, problemDocument, ProblemDocument } from './problem-document.js'
import { unavailable } from './problem-of.js'
import type { ErrorCode } from './service-error.js'

/** How an OpenAPI document shows an answer that is a problem. */
export interface ProblemResponse {
  description: string
  headers?: Record<string, Header>
  content: Record<
    string,
    { schema: { $ref: string } } & (
      { example: ProblemDocument } | { examples: Record<string, { value: ProblemDocument }> }
    )
  >
}

interface Header {
  description: string
  required: true
  schema: { type: string; minimum?: number; const?: string }
}

/** Headers that every answer of a status has, beside those of HTTP itself. */
const HEADERS: Readonly<Record<number, Record<string, Header>>> = {
  415: {
    Accept: {
      description: 'What a body may be.',
      required: true,
      schema: { type: 'string', const: 'application/json' },
    },
  },
  503: {
    'Retry-After': {
      description: 'Seconds after which it is worth repeating the request.',
      required: true,
      schema: { type: 'integer', minimum: 1 },
    },
  },
}

/** @param example needs only what is special to it */
export function problemResponse(
  status: number,
  description: string,
  example: Partial<ProblemDocument> = {},
): ProblemResponse {
  return responseWith(status, description, {
    example: problemDocument({ detail: description, ...example, status }),
  })
}

/** 503, for each of these reasons or because the process is about to stop. */
export function unavailableResponse(
  description: string,
  codes: readonly ErrorCode[] = [],
): ProblemResponse {
  const examples = [...codes, 'shutting-down'].map((code) => [
    code,
    { value: unavailable({ code }).problem },
  ])
  return responseWith(503, description, { examples: Object.fromEntries(examples) })
}

function responseWith(
  status: number,
  description: string,
  shown: { example: ProblemDocument } | { examples: Record<string, { value: ProblemDocument }> },
): ProblemResponse {
  const headers = HEADERS[status]
  return {
    description,
    ...(headers && { headers }),
    content: {
      [PROBLEM_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(ProblemDocument) }, ...shown },
    },
  }
}
