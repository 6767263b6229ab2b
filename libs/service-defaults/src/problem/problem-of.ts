import { HttpException, HttpStatus } from '@nestjs/common'
import { errorCode } from '../error-code.js'
import { BODY_LIMIT_BYTES } from '../http/limits.js'
import { problemDocument, type ProblemDocument } from './problem-document.js'
import { ProblemException } from './problem.exception.js'
import { CLIENT_DETAILS } from './service-error.js'

/** How an exception is answered. */
export interface ProblemAnswer {
  problem: ProblemDocument
  headers: Readonly<Record<string, string>>
  /** True for what nobody foresaw: it is logged, and the client learns nothing of it. */
  isUnexpected: boolean
}

interface Unavailability {
  code: string
  retryAfterSeconds?: number
}

const DEFAULT_RETRY_AFTER_S = 2

const INTERNAL = problemDocument({
  status: HttpStatus.INTERNAL_SERVER_ERROR,
  detail: 'Something went wrong on the server. It has been logged.',
})

/** Any thrown value as a problem document; total, never throws. */
export function problemOf(exception: unknown): ProblemAnswer {
  if (exception instanceof ProblemException) return expected(exception)
  if (isRetryable(exception)) return expected(unavailable(exception))
  if (exception instanceof HttpException) return ofHttpException(exception)
  if (exception instanceof Error) return ofError(exception)
  return unexpected()
}

/** 503 for a service that cannot do its work now, with `Retry-After`. */
export function unavailable(error: Unavailability): ProblemException {
  const detail = isErrorCode(error.code) ? CLIENT_DETAILS[error.code] : 'Repeat the request later.'
  return new ProblemException(
    {
      status: HttpStatus.SERVICE_UNAVAILABLE,
      type: `urn:tideway:problem:${error.code}`,
      detail,
    },
    { 'Retry-After': String(error.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_S) },
  )
}

function ofHttpException(exception: HttpException): ProblemAnswer {
  const status = exception.getStatus()
  if (status === INTERNAL.status) return unexpected()
  const response: unknown = exception.getResponse()
  const message: unknown =
    typeof response === 'object' && response !== null && 'message' in response
      ? response.message
      : response
  const detail = Array.isArray(message) ? message.join('; ') : message
  return expected(
    new ProblemException(
      { status, detail: typeof detail === 'string' ? detail : exception.message },
      status === 503 ? { 'Retry-After': String(DEFAULT_RETRY_AFTER_S) } : {},
    ),
  )
}

/** Errors of Fastify and its plugins: `code` says which, `statusCode` whose fault it is. */
function ofError(error: Error & { code?: unknown; statusCode?: unknown }): ProblemAnswer {
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return expected(
        new ProblemException({
          status: HttpStatus.PAYLOAD_TOO_LARGE,
          detail: `The body is larger than ${BODY_LIMIT_BYTES} bytes.`,
        }),
      )
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return expected(unsupportedMediaType())
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return expected(ProblemException.invalidBody('is not as long as Content-Length says'))
  }
  const { statusCode: status } = error
  const isClientsFault = typeof status === 'number' && status >= 400 && status < 500
  if (!isClientsFault) return unexpected()
  return expected(
    new ProblemException({ status, detail: 'The request could not be understood or completed.' }),
  )
}

/** 415 for a body that is not plain JSON in UTF-8. */
export function unsupportedMediaType(): ProblemException {
  return new ProblemException(
    {
      status: HttpStatus.UNSUPPORTED_MEDIA_TYPE,
      detail: 'Send the body as application/json in UTF-8, without a content encoding.',
    },
    { Accept: 'application/json' },
  )
}

/** By its properties, so that errors of libraries that know nothing of HTTP count too. */
function isRetryable(exception: unknown): exception is Unavailability {
  return (
    exception instanceof Error &&
    'canRetry' in exception &&
    exception.canRetry === true &&
    typeof errorCode(exception) === 'string'
  )
}

function isErrorCode(code: string): code is keyof typeof CLIENT_DETAILS {
  return Object.hasOwn(CLIENT_DETAILS, code)
}

function expected({ problem, headers }: ProblemException): ProblemAnswer {
  return { problem, headers, isUnexpected: false }
}

function unexpected(): ProblemAnswer {
  return { problem: INTERNAL, headers: {}, isUnexpected: true }
}
