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

/**
 * The driver's error as one of this project's. What is neither an outage nor a doubt is returned as it is: a fault of
 * the program, or of one document.
 */
export function databaseError(error: unknown): unknown {
  if (error instanceof ServiceError) return error
  if (error instanceof mongo.MongoServerSelectionError) return new DatabaseUnavailable(error)
  if (error instanceof mongo.MongoNotConnectedError) return new DatabaseUnavailable(error)
  if (error instanceof mongo.MongoTopologyClosedError) return new DatabaseUnavailable(error)
  if (error instanceof mongo.MongoClientClosedError) return new DatabaseUnavailable(error)
  // The driver does not export this class.
  if (error instanceof mongo.MongoDriverError && error.name === 'MongoWaitQueueTimeoutError') {
    return new DatabaseUnavailable(error)
  }
  if (error instanceof mongo.MongoNetworkError) return new OutcomeUnknown(error)
  if (error instanceof mongo.MongoOperationTimeoutError) return new OutcomeUnknown(error)
  if (error instanceof mongo.MongoWriteConcernError) return new OutcomeUnknown(error)
  if (error instanceof mongo.MongoBulkWriteError && error.result.getWriteConcernError()) {
    return new OutcomeUnknown(error)
  }
  if (error instanceof mongo.MongoServerError && isPassing(error)) return new OutcomeUnknown(error)
  // mongoose itself, before its first connection (buffering is off).
  if (error instanceof MongooseError && error.message.includes('before initial connection')) {
    return new DatabaseUnavailable(error)
  }
  return error
}

/** What the server says while it elects, shuts down or starts. */
function isPassing(error: mongo.MongoServerError): boolean {
  return (
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('RetryableError') ||
    PASSING_CODES.has(Number(error.code))
  )
}

/**
 * InterruptedAtShutdown, InterruptedDueToReplStateChange, NotWritablePrimary, NotPrimaryNoSecondaryOk,
 * NotPrimaryOrSecondary, PrimarySteppedDown, ShutdownInProgress, HostUnreachable, HostNotFound, NetworkTimeout,
 * SocketException, MaxTimeMSExpired: the server's own list of error codes, `error_codes.yml`.
 */
const PASSING_CODES = new Set([11600, 11602, 10107, 13435, 13436, 189, 91, 6, 7, 89, 9001, 50, 262])
