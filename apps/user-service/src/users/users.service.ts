import { Injectable } from '@nestjs/common'

import { type Approval } from '#contracts'
import { ProblemException } from '#service-defaults'
import { LAST } from '#store'

import { type UserDto } from './user.dto.js'
import { type UsersPageDto, type UsersQueryDto } from './users-list.dto.js'
import { UsersRepository, type UserWithDecision } from './users.repository.js'

@Injectable()
export class UsersService {
  constructor(private readonly repository: UsersRepository) {}

  /** @throws ProblemException 404 when there is none, or none any more; DatabaseUnavailable, OutcomeUnknown */
  async find(id: string): Promise<UserDto> {
    const found = await this.repository.get(id)
    const [user] = found ? asDtos(found) : []
    if (user) return user
    const erasedAt = found?.user.erasedAt?.toISOString()
    throw new ProblemException({
      status: 404,
      detail: erasedAt ? `User ${id} was erased at ${erasedAt}.` : `There is no user ${id}.`,
    })
  }

  /** A page of users, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async list({ approval, limit, cursor = LAST }: UsersQueryDto): Promise<UsersPageDto> {
    const found = await this.newest(approval, cursor, limit + 1)
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.flatMap(asDtos),
      ...(last && found.length > limit ? { nextCursor: last.user._id } : {}),
    }
  }

  private newest(
    approval: Approval | undefined,
    before: string,
    limit: number,
  ): Promise<UserWithDecision[]> {
    if (approval === undefined) return this.repository.newest(before, limit)
    if (approval === 'pending') return this.repository.newestPending(before, limit)
    return this.repository.newestDecided(approval, before, limit)
  }
}

/** The user as it is shown; nothing of one that is erased. */
function asDtos({ user, decision }: UserWithDecision): UserDto[] {
  const { _id, name, email, createdAt } = user
  if (name === undefined) return []
  return [
    {
      id: _id,
      operationId: _id,
      name,
      ...(email === undefined ? {} : { email }),
      approval: decision?.approval ?? 'pending',
      createdAt: createdAt.toISOString(),
      ...(decision ? { decidedAt: decision.decidedAt.toISOString() } : {}),
    },
  ]
}
