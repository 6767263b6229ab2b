import { EXAMPLE_ID } from './user-id.dto.js'
import { type UserDto } from './user.dto.js'
import { type UsersPageDto } from './users-list.dto.js'

const pending: UserDto = {
  id: EXAMPLE_ID,
  operationId: EXAMPLE_ID,
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
