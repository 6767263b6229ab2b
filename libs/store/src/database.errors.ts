import { mongo, MongooseError } from 'mongoose'

import { ServiceError } from '#service-defaults'

/** The database could not be asked, or did not answer in time. Nothing is known to be stored; it may be tried again. */
export class DatabaseUnavailable extends ServiceError {
  constructor(cause?: unknown) {
    super('database-unavailable', { message: 'The database does not answer.', cause })
  }
}

/** A write was sent, and whether it was stored is not known. Trying it again is safe: ids make it the same write. */
export class OutcomeUnknown extends ServiceError {
  constructor(cause?: unknown) {
    super('outcome-unknown', {
      message: 'The database did not say whether it stored the write.',
      cause,
    })
  }
}

/** The error of a read that comes after a write: what was written may be stored. */
export function errorAfterWrite(error: unknown): unknown {
  return error instanceof DatabaseUnavailable ? new OutcomeUnknown(error) : error
}

/**
 * The driver's error as one of this project's. Whatever the server or the way to it may be suffering from passes, and
 * is tried again; an error of which a document or this program is the cause is returned as it is.
 */
export function databaseError(error: unknown): unknown {
  const cause = unwrapped(error)
  if (cause instanceof ServiceError) return cause
  if (wasNotSent(cause)) return new DatabaseUnavailable(cause)
  if (cause instanceof mongo.MongoNetworkError || isOfSocket(cause))
    return new OutcomeUnknown(cause)
  if (cause instanceof mongo.MongoOperationTimeoutError) return new OutcomeUnknown(cause)
  if (cause instanceof mongo.MongoServerError && !isFaultOfDocuments(cause)) {
    return new OutcomeUnknown(cause)
  }
  return error
}

/** The driver wraps what keeps a bulk write from being sent in the class of what the server says of its documents. */
function unwrapped(error: unknown): unknown {
  if (!(error instanceof mongo.MongoBulkWriteError)) return error
  const { errorResponse } = error
  return errorResponse instanceof Error ? errorResponse : error
}

/** A connection that breaks while it is written to: the driver passes some of these on as the socket threw them. */
function isOfSocket(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return SOCKET_CODES.has(String(error.code))
}

function wasNotSent(error: unknown): boolean {
  return (
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    error instanceof mongo.MongoClientClosedError ||
    // The driver does not export these classes.
    (error instanceof mongo.MongoDriverError && NOT_SENT.has(error.name)) ||
    // mongoose itself, before its first connection (buffering is off).
    (error instanceof MongooseError && error.message.includes('before initial connection'))
  )
}

/** Whether the server refuses what was written, and will whenever it is asked. */
function isFaultOfDocuments(error: mongo.MongoServerError): boolean {
  if (error instanceof mongo.MongoBulkWriteError) {
    const refused = [error.writeErrors].flat().filter(({ code }) => code !== DUPLICATE_KEY)
    return refused.length > 0 && refused.every(({ code }) => DOCUMENT_FAULTS.has(code))
  }
  return DOCUMENT_FAULTS.has(Number(error.code))
}

const SOCKET_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNABORTED'])

const NOT_SENT = new Set([
  'MongoWaitQueueTimeoutError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
])

/** Code of the server: a record with this id is there. */
export const DUPLICATE_KEY = 11000

/**
 * BadValue, FailedToParse, TypeMismatch, InvalidBSON, DocumentValidationFailure, BSONObjectTooLarge, and the size that a
 * write may have: the server's own list of error codes, `error_codes.yml`.
 */
const DOCUMENT_FAULTS = new Set([2, 9, 14, 22, 121, 10334, 17419, 17420])
