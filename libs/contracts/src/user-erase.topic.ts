import Type, { type Static } from 'typebox'

import { OperationId, Time, UserId } from './fields.js'
import { topic } from './topic.js'

export const userErase = topic('user-erase', {
  summary:
    "A decided user's name and e-mail address, and whatever else tells of the person, are to be erased by every service that has stored them.",
  schema: Type.Object({ operationId: OperationId, userId: UserId, requestedAt: Time }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId: '019a9f00-0000-7000-8000-000000000001',
    userId: '019a9f00-0000-7000-8000-000000000001',
    requestedAt: '2025-11-21T09:30:00.000Z',
  },
})

export type UserErase = Static<typeof userErase.schema>
