import Type, { type Static } from 'typebox'

import { Email, Name, OperationId, UserId } from './fields.js'
import { topic } from './topic.js'

export const userApprove = topic('user-approve', {
  summary:
    'A pending user waits for its approval; the replicas of user-approval-service follow the lag of this topic.',
  schema: Type.Object({
    operationId: OperationId,
    userId: UserId,
    name: Name,
    email: Type.Optional(Email),
  }),
  partitions: 'USER_APPROVE_PARTITIONS',
  fixture: {
    operationId: '019a9f00-0000-7000-8000-000000000001',
    userId: '019a9f00-0000-7000-8000-000000000001',
    name: 'alice',
    email: 'alice@example.org',
  },
})

export type UserApprove = Static<typeof userApprove.schema>
