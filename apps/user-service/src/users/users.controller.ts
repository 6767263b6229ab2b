import { Controller, Get, Param } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'

import { ApiProblem, ProblemException, UuidPipe } from '#service-defaults'

import { UserDto } from './user.dto.js'
import { UsersService } from './users.service.js'

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get(':id')
  @ApiOperation({ summary: 'Look at a user' })
  @ApiParam({
    name: 'id',
    description: "The user's id: the same as its operation's.",
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiOkResponse({ description: 'The user as it stands.', type: UserDto })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such user, or its creation has not begun yet.')
  @ApiProblem(503, 'The database does not answer.')
  async find(@Param('id', UuidPipe) id: string): Promise<UserDto> {
    const user = await this.users.find(id)
    if (!user) throw new ProblemException({ status: 404, detail: `There is no user ${id}.` })
    return user
  }
}
