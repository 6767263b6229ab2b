import { type Approval } from './states.js'

/**
 * The creation of a user, as user-service sees it: what each event does in each state.
 *
 * A pure, total table: a missing cell does not compile, and nothing is implied. It knows no clock and no I/O.
 * `overdue` is `requested` after the saga's deadline; operation-service asks again for what is still open then.
 */
export const USER_STATES = ['absent', 'pending', 'approved', 'rejected', 'expired'] as const
export type UserState = 'absent' | Approval

export const USER_EVENTS = ['requested', 'overdue', 'approved', 'rejected'] as const
export type UserEvent = (typeof USER_EVENTS)[number]

export type Step =
  /** The state changes: the record is written, then the message published. */
  | { result: 'advanced'; to: Approval; publish: 'user-approve' | 'user-create-response' }
  /** The event was here before: nothing is written, and what follows is published again, in case it was lost. */
  | { result: 'duplicate'; publish: 'user-approve' | 'user-create-response' }
  /** The user was decided otherwise meanwhile: what is stored stands, and is published again. */
  | { result: 'late'; publish: 'user-create-response' }
  /** Nobody asked for this user: nothing is written or published. */
  | { result: 'unknown' }

const advance = (to: Approval) =>
  ({
    result: 'advanced',
    to,
    publish: to === 'pending' ? 'user-approve' : 'user-create-response',
  }) as const
const askAgain = { result: 'duplicate', publish: 'user-approve' } as const
const answerAgain = { result: 'duplicate', publish: 'user-create-response' } as const
const late = { result: 'late', publish: 'user-create-response' } as const
const unknown = { result: 'unknown' } as const

// prettier-ignore
export const userCreation: Readonly<Record<UserState, Readonly<Record<UserEvent, Step>>>> = {
  absent:   { requested: advance('pending'), overdue: advance('expired'), approved: unknown,             rejected: unknown },
  pending:  { requested: askAgain,           overdue: advance('expired'), approved: advance('approved'), rejected: advance('rejected') },
  approved: { requested: answerAgain,        overdue: answerAgain,        approved: answerAgain,         rejected: late },
  rejected: { requested: answerAgain,        overdue: answerAgain,        approved: late,                rejected: answerAgain },
  expired:  { requested: answerAgain,        overdue: answerAgain,        approved: late,                rejected: late },
}
