import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'

import { type UserApproveResponse, type UserCreate } from '../../topics.js'
import { UsersService } from './users.service.js'

@Controller()
export class UsersMessagesController {
  constructor(private readonly users: UsersService) {}

  @EventPattern('user-create')
  async request(@Payload() user: UserCreate) {
    await this.users.request(user)
  }

  @EventPattern('user-approve-response')
  async settle(@Payload() decision: UserApproveResponse) {
    await this.users.settle(decision)
  }
}
