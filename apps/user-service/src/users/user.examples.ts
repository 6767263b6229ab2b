import { type UserDto } from './user.dto.js'
import { type UsersPageDto } from './users-list.dto.js'

const pending: UserDto = {
  id: '019a9f00-0000-7000-8000-000000000001',
  operationId: '019a9f00-0000-7000-8000-000000000001',
  name: 'alice',
  email: 'alice@example.org',
  approval: 'pending',
  createdAt: '2025-11-20T05:07:37.600Z',
}

/** A user before and after the decision, for the documentation. */
export const userExamples = {
  pending: { summary: 'Not decided yet', value: pending },
  approved: {
    summary: 'Approved',
    value: {
      ...pending,
      approval: 'approved',
      decidedAt: '2025-11-20T05:07:37.815Z',
    } satisfies UserDto,
  },
}

/** A page that is not the last one. */
export const usersPageExample: UsersPageDto = {
  items: [userExamples.approved.value],
  nextCursor: pending.id,
}
