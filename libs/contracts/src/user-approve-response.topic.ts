import Type, { type Static } from 'typebox'

import { OperationId, Time, UserId } from './fields.js'
import { topic } from './topic.js'

export const userApproveResponse = topic('user-approve-response', {
  summary: 'The decision on a user. A refusal is a value, not an error.',
  schema: Type.Object({
    operationId: OperationId,
    userId: UserId,
    decision: Type.Union([Type.Literal('approved'), Type.Literal('rejected')]),
    reason: Type.Optional(Type.String({ maxLength: 500 })),
    decidedAt: Time,
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId: '019a9f00-0000-7000-8000-000000000001',
    userId: '019a9f00-0000-7000-8000-000000000001',
    decision: 'approved',
    decidedAt: '2025-11-20T05:07:37.815Z',
  },
})

export type UserApproveResponse = Static<typeof userApproveResponse.schema>
