import { Injectable } from '@nestjs/common'

import { type UserDto } from './user.dto.js'
import { UsersRepository } from './users.repository.js'

@Injectable()
export class UsersService {
  constructor(private readonly repository: UsersRepository) {}

  async find(id: string): Promise<UserDto | undefined> {
    const found = await this.repository.get(id)
    if (!found) return undefined
    const { user, decision } = found
    return {
      id: user._id,
      operationId: user._id,
      name: user.name,
      ...(user.email === undefined ? {} : { email: user.email }),
      approval: decision?.approval ?? 'pending',
      createdAt: user.createdAt.toISOString(),
      ...(decision ? { decidedAt: decision.decidedAt.toISOString() } : {}),
    }
  }
}
