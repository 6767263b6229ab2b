import { type UserDto } from './user.dto.js'
import { type UsersPageDto } from './users-list.dto.js'

export const userExample: UserDto = {
  id: '019a9f00-0000-7000-8000-000000000001',
  operationId: '019a9f00-0000-7000-8000-000000000001',
  name: 'alice',
  email: 'alice@example.org',
  approval: 'approved',
  createdAt: '2025-11-20T05:07:37.600Z',
  decidedAt: '2025-11-20T05:07:37.815Z',
}

/** A page that is not the last one. */
export const usersPageExample: UsersPageDto = { items: [userExample], nextCursor: userExample.id }
