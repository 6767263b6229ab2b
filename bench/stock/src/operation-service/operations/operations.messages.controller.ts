import { Controller } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'

import { type UserCreateResponse } from '../../topics.js'
import { OperationsService } from './operations.service.js'

@Controller()
export class OperationsMessagesController {
  constructor(private readonly operations: OperationsService) {}

  @EventPattern('user-create-response')
  async finish(@Payload() response: UserCreateResponse) {
    await this.operations.finish(response)
  }
}
