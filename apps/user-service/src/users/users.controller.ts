import { Controller, Get, Param } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'

import { ApiProblem, ApiUnavailable, ProblemException, UuidPipe } from '#service-defaults'

import { UserDto } from './user.dto.js'
import { userExamples } from './user.examples.js'
import { UsersService } from './users.service.js'

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get(':id')
  @ApiOperation({
    operationId: 'getUser',
    summary: 'Look at a user',
    description:
      'The user as it stands: pending until it is decided, and never changed afterwards.',
  })
  @ApiParam({
    name: 'id',
    description: "The user's id: the same as its operation's.",
    schema: { type: 'string', format: 'uuid', examples: [userExamples.pending.value.id] },
  })
  @ApiOkResponse({
    description: 'The user as it stands.',
    type: UserDto,
    examples: userExamples,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such user, or its creation has not begun yet.')
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  async find(@Param('id', UuidPipe) id: string): Promise<UserDto> {
    const user = await this.users.find(id)
    if (!user) throw new ProblemException({ status: 404, detail: `There is no user ${id}.` })
    return user
  }
}
