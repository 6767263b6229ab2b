import Type, { type Static } from 'typebox'

import { Email, Name, OperationId, Time } from './fields.js'
import { topic } from './topic.js'

export const userCreate = topic('user-create', {
  summary: 'An accepted operation asks for a user.',
  schema: Type.Object({
    operationId: OperationId,
    name: Name,
    email: Type.Optional(Email),
    createdAt: Time,
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId: '019a9f00-0000-7000-8000-000000000001',
    name: 'alice',
    email: 'alice@example.org',
    createdAt: '2025-11-20T05:07:37.600Z',
  },
})

export type UserCreate = Static<typeof userCreate.schema>
