import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common'
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { type FastifyReply } from 'fastify'

import { ApiProblem } from '#service-defaults'

import { NewUserDto, OperationDto } from './operation.dto.js'
import { operationExamples } from './operation.examples.js'
import { OperationsService } from './operations.service.js'

/** Seconds after which it is worth looking at an operation for the first time. */
const LOOK_AGAIN = 1

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly operations: OperationsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Create a user',
    description:
      'Starts an operation and answers at once; look at it at `Location`. A name that begins with "reject" is rejected, to try that out.',
  })
  @ApiAcceptedResponse({
    description: 'The operation is stored; the user will be created, or the operation fails.',
    type: OperationDto,
    headers: {
      Location: { description: 'Where to look at the operation.', schema: { type: 'string' } },
      'Retry-After': { description: 'When to look, in seconds.', schema: { type: 'integer' } },
    },
    example: operationExamples.pending.value,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/name', detail: 'must have 1 to 100 characters' }],
  })
  @ApiProblem(503, 'Nothing can be stored at the moment, or too much waits to be published.')
  async create(
    @Body() user: NewUserDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    const operation = await this.operations.createUser(user)
    reply.header('location', `/operations/${operation.id}`).header('retry-after', LOOK_AGAIN)
    return operation
  }
}
