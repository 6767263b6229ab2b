import type { OpenAPIObject } from '@nestjs/swagger'
import {
  problemResponse,
  type ProblemResponse,
  unavailableResponse,
} from '../problem/problem-response.js'
import { describeTrace } from '../tracing/documented-trace.js'
import {
  BODY_DEPTH_LIMIT,
  BODY_LIMIT_BYTES,
  HEADER_LIMIT_BYTES,
  HTTP_TIMEOUTS,
  PIPELINE_LIMIT,
} from './limits.js'
import { operationsOf, type Operation } from './operations-of.js'

type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>
type RequestBody = Exclude<NonNullable<Operation['requestBody']>, { $ref: string }>

const inSeconds = (milliseconds: number) => `${milliseconds / 1000} s`

const BODY = `A JSON object in UTF-8 of at most ${BODY_LIMIT_BYTES} bytes, without a content encoding.`

/** Part of the description of every API. */
const LIMITS = `## What every call has in common

Errors are problem documents (RFC 9457). A request that is refused has changed nothing. \
The headers of each answer say that no cache is to keep it, and no page to run or embed it.

| limit | | beyond it |
| --- | --- | --- |
| body | ${BODY_LIMIT_BYTES} bytes | 413 |
| objects and lists inside one another, below the outermost | ${BODY_DEPTH_LIMIT} | 400 |
| first line and headers together | ${HEADER_LIMIT_BYTES} bytes | 431 |
| from the connection, or the request before, to the end of the headers | ${inSeconds(HTTP_TIMEOUTS.headers)} | 408 |
| the same, to the end of the body | ${inSeconds(HTTP_TIMEOUTS.request)} | 408 |
| requests that wait for their answers on one connection | ${PIPELINE_LIMIT} | 429 |
| a connection on which a client takes nothing of its answer | ${inSeconds(HTTP_TIMEOUTS.unread)} | it is closed |
| a connection between two requests | ${inSeconds(HTTP_TIMEOUTS.keepAlive)} | it is closed |

The times are looked at every ${inSeconds(HTTP_TIMEOUTS.check)}. Lengths of texts are counted in Unicode characters.

A body is a JSON object in UTF-8 (else 400, or 415 if its headers say so). Fields that are not in its schema are refused, \
and so are texts with half a surrogate pair. Of a field that comes twice the last one counts. \
A call that has parameters in its query refuses others, and any that comes twice; a call that has none ignores its query.`

/** Adds what the adapter and the validation pipe do for every call; changes the document. */
export function documentEdge(document: OpenAPIObject): void {
  document.info.description = `${document.info.description}\n\n${LIMITS}`
  for (const operation of operationsOf(document)) {
    const { parameters = [], requestBody } = operation
    for (const parameter of parameters) if (!('$ref' in parameter)) moveExamples(parameter)
    const body = requestBody === undefined || '$ref' in requestBody ? undefined : requestBody
    if (body) describeBody(document, body)
    describeTrace(operation)
    // What a call says itself is more telling.
    operation.responses = { ...edgeResponses(body !== undefined), ...operation.responses }
  }
}

/** Nest leaves those of a query's DTO beside the schema, where OpenAPI means something else by the same name. */
function moveExamples(parameter: Parameter): void {
  const { examples, schema } = parameter
  if (!Array.isArray(examples) || schema === undefined || '$ref' in schema) return
  schema.examples = examples
  delete parameter.examples
}

function describeBody({ components }: OpenAPIObject, body: RequestBody): void {
  body.description ??= BODY
  for (const { schema } of Object.values(body.content)) {
    if (schema === undefined || !('$ref' in schema)) continue
    const named = components?.schemas?.[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)]
    if (named !== undefined && !('$ref' in named)) named.additionalProperties = false
  }
}

function edgeResponses(hasBody: boolean): Record<number, ProblemResponse> {
  return {
    400: problemResponse(400, 'This is not an HTTP request.'),
    408: problemResponse(408, 'The request did not arrive in time.'),
    ...(hasBody && {
      413: problemResponse(413, `The body is larger than ${BODY_LIMIT_BYTES} bytes.`),
      415: problemResponse(
        415,
        'The body is not application/json in UTF-8, or it has a content encoding.',
      ),
    }),
    417: problemResponse(417, 'Nothing but "100-continue" can be expected.'),
    429: problemResponse(
      429,
      `More than ${PIPELINE_LIMIT} requests wait for their answers on this connection.`,
    ),
    431: problemResponse(431, 'The headers of the request are too large.'),
    503: unavailableResponse('The process is about to stop.'),
  }
}
