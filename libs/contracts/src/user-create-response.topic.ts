import Type, { type Static } from 'typebox'

import { OperationId, Time, UserId } from './fields.js'
import { topic } from './topic.js'

export const userCreateResponse = topic('user-create-response', {
  summary: 'How the creation of a user ended.',
  schema: Type.Object({
    operationId: OperationId,
    userId: UserId,
    outcome: Type.Union([Type.Literal('completed'), Type.Literal('failed')]),
    error: Type.Optional(
      Type.Object({
        code: Type.Union([Type.Literal('approval-rejected'), Type.Literal('approval-deadline')]),
        message: Type.String({ maxLength: 500 }),
      }),
    ),
    steps: Type.Object(
      {
        publishedAt: Type.Optional(Time),
        approvalAskedAt: Type.Optional(Time),
        decidedAt: Type.Optional(Time),
      },
      { description: 'When each step of the saga happened' },
    ),
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId: '019a9f00-0000-7000-8000-000000000001',
    userId: '019a9f00-0000-7000-8000-000000000001',
    outcome: 'completed',
    steps: {
      publishedAt: '2025-11-20T05:07:37.605Z',
      approvalAskedAt: '2025-11-20T05:07:37.610Z',
      decidedAt: '2025-11-20T05:07:37.815Z',
    },
  },
})

export type UserCreateResponse = Static<typeof userCreateResponse.schema>
