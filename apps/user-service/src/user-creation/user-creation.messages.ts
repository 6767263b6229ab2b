import {
  type Decision,
  ERASED_NAME,
  type FailureCode,
  type MessageOf,
  OUTCOME_OF,
} from '#contracts'

import { type DecisionRecord } from '../users/decision.schema.js'
import { type UserRecord } from '../users/user.schema.js'

const MESSAGES: Record<FailureCode, string> = {
  'approval-rejected': 'The user was rejected.',
  'approval-deadline': 'The user was not decided in time.',
}

/** Only decided users are erased, and they are not asked for; whatever happens, the message is one of its topic. */
export function approvalRequest({
  _id,
  name = ERASED_NAME,
  email,
}: Pick<UserRecord, '_id' | 'name' | 'email'>): MessageOf<'user-approve'> {
  return { operationId: _id, userId: _id, name, ...(email === undefined ? {} : { email }) }
}

export function creationResponse(
  user: UserRecord,
  { approval, decidedAt }: DecisionRecord,
): MessageOf<'user-create-response'> {
  const outcome: { outcome: 'completed' | 'failed'; code?: FailureCode } =
    OUTCOME_OF[approval satisfies Decision]
  return {
    operationId: user._id,
    userId: user._id,
    outcome: outcome.outcome,
    ...(outcome.code ? { error: { code: outcome.code, message: MESSAGES[outcome.code] } } : {}),
    steps: {
      publishedAt: user.publishedAt.toISOString(),
      approvalAskedAt: user.requestedAt.toISOString(),
      decidedAt: decidedAt.toISOString(),
    },
  }
}
