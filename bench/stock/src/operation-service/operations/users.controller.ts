import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common'
import { type FastifyReply } from 'fastify'

import { NewUserDto, operationDto } from './operation.dto.js'
import { OperationsService } from './operations.service.js'

@Controller('users')
export class UsersController {
  constructor(private readonly operations: OperationsService) {}

  @Post()
  @HttpCode(202)
  async create(@Body() user: NewUserDto, @Res({ passthrough: true }) reply: FastifyReply) {
    const operation = await this.operations.createUser(user)
    reply.header('location', `/operations/${operation._id}`)
    return operationDto(operation)
  }
}
