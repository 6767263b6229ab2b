/** Everything that can keep a service from doing its work for a while. */
export type ErrorCode =
  | 'database-unavailable'
  | 'outcome-unknown'
  | 'too-much-unpublished'
  | 'broker-unavailable'
  | 'keys-unavailable'
  | 'shutting-down'

/** What a client is told; an error's own message stays inside. */
export const CLIENT_DETAILS: Readonly<Record<ErrorCode, string>> = {
  'database-unavailable': 'Nothing can be stored or read at the moment. Repeat the request later.',
  'outcome-unknown':
    'It is not known whether this was stored. Repeat the request with the same Idempotency-Key: it then happens once at most.',
  'too-much-unpublished':
    'Too much accepted work is waiting to be passed on. Repeat the request later.',
  'broker-unavailable': 'The message broker cannot be reached. Repeat the request later.',
  'keys-unavailable': 'Tokens cannot be checked at the moment. Repeat the request later.',
  'shutting-down': 'This process is stopping. Repeat the request.',
}

/** What a `ServiceError` may say beyond its code. */
export interface ServiceErrorOptions {
  /** For the log. */
  message?: string
  cause?: unknown
  /** When a client should try again, in seconds. */
  retryAfterSeconds?: number
}

/**
 * Something outside the service failed, not the request: the same thing may work later. Over HTTP a
 * 503 with `Retry-After`; a consumer tries again.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly canRetry: boolean = true
  readonly retryAfterSeconds: number

  constructor(
    readonly code: ErrorCode,
    { message = code, cause, retryAfterSeconds = 2 }: ServiceErrorOptions = {},
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterSeconds))
  }
}
