import { mongo, MongooseError } from 'mongoose'
import { describe, expect, it } from 'vitest'

import { databaseError, DatabaseUnavailable, OutcomeUnknown } from './database.errors.js'

const serverSelection = new mongo.MongoServerSelectionError(
  'none',
  {} as ConstructorParameters<typeof mongo.MongoServerSelectionError>[1],
)
const server = (code: number) => new mongo.MongoServerError({ message: 'server', code })

/** As the driver wraps what kept a bulk write from being sent, or what the server said of its documents. */
function bulk(error: object, writeConcernError?: object): mongo.MongoBulkWriteError {
  const result = { getWriteConcernError: () => writeConcernError } as never
  return new mongo.MongoBulkWriteError(error as never, result)
}

/** As a socket throws it. */
const socketError = (code: string) => Object.assign(new Error(`write ${code}`), { code })

class WaitQueueTimeout extends mongo.MongoDriverError {
  override get name(): string {
    return 'MongoWaitQueueTimeoutError'
  }
}

describe('an error of the driver', () => {
  it.each<[string, unknown]>([
    ['no server found', serverSelection],
    ['not connected', new mongo.MongoNotConnectedError('closed')],
    ['no connection free', new WaitQueueTimeout('none free')],
    [
      'mongoose not connected yet',
      new MongooseError('Cannot call `x` before initial connection is complete'),
    ],
    ['no server found for a bulk write', bulk(serverSelection)],
  ])('for what was not sent is "unavailable": %s', (_, error) => {
    expect(databaseError(error)).toBeInstanceOf(DatabaseUnavailable)
  })

  it.each<[string, unknown]>([
    ['the connection broke', new mongo.MongoNetworkError('broken')],
    ['the connection broke under a bulk write', bulk(new mongo.MongoNetworkError('broken'))],
    ['the connection broke while it was written to', socketError('ECONNRESET')],
    ['the other side had ended the connection', socketError('EPIPE')],
    ['the same under a bulk write', bulk(socketError('ECONNRESET'))],
    ['the server shuts down', server(11600)],
    ['the server is no primary any more', server(10107)],
    ['the server has no disk left', server(14031)],
    ['the majority did not answer', bulk({ message: 'late', code: 64 }, { code: 64 })],
    ['not primary, said of one record', bulk({ message: 'no', writeErrors: [{ code: 10107 }] })],
  ])('for what may have been stored is "unknown": %s', (_, error) => {
    expect(databaseError(error)).toBeInstanceOf(OutcomeUnknown)
  })

  it.each<[string, unknown]>([
    ['a record that is too large', server(10334)],
    ['a record that is not valid', server(121)],
    ['one record of a batch', bulk({ message: 'no', writeErrors: [{ code: 121 }] })],
    ['one record beside a duplicate', bulk({ writeErrors: [{ code: 11000 }, { code: 121 }] })],
    ['a fault of the program', new TypeError('undefined')],
  ])('for what will not pass is handed on as it is: %s', (_, error) => {
    expect(databaseError(error)).toBe(error)
  })

  it('that is one of ours already is handed on as it is', () => {
    const error = new DatabaseUnavailable()
    expect(databaseError(error)).toBe(error)
  })

  it('can be tried again, and keeps what happened as its cause', () => {
    expect(databaseError(serverSelection)).toMatchObject({ canRetry: true, cause: serverSelection })
  })
})
