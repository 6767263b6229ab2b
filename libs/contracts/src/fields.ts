import Type from 'typebox'

import { OPERATION_ID_PATTERN } from './operation-id.js'

/** Lengths are counted in Unicode code points, at the HTTP edge and in the topics alike. */
export const NAME_LENGTH = { min: 1, max: 100 } as const
export const EMAIL_LENGTH = { min: 1, max: 254 } as const
/** Stands in a message for the name of a user whose data is erased. It is stored nowhere. */
export const ERASED_NAME = '(erased)'

export const OperationId = Type.String({
  pattern: OPERATION_ID_PATTERN,
  description: "The operation's id, a UUIDv7; the record's key",
})
export const UserId = Type.String({
  pattern: OPERATION_ID_PATTERN,
  description: "The user's id: the same as its operation's",
})
export const Name = Type.String({ minLength: NAME_LENGTH.min, maxLength: NAME_LENGTH.max })
export const Email = Type.String({ minLength: EMAIL_LENGTH.min, maxLength: EMAIL_LENGTH.max })
/** RFC 3339 allows a second 60, which no `Date` can hold. */
export const Time = Type.String({ format: 'date-time', pattern: String.raw`T\d\d:\d\d:[0-5]\d` })
