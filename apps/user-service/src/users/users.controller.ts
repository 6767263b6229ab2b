import { Controller, Get, Param, Query, Res } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { type FastifyReply } from 'fastify'

import {
  ApiProblem,
  ApiUnavailable,
  LINK_TO_NEXT,
  linkToNext,
  PAGE_SIZE,
  UuidPipe,
} from '#service-defaults'

import { ApiUserId } from './user-id.dto.js'
import { UserDto } from './user.dto.js'
import { userExamples, usersPageExample } from './user.examples.js'
import { UsersPageDto, UsersQueryDto } from './users-list.dto.js'
import { UsersService } from './users.service.js'

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @ApiOperation({
    operationId: 'listUsers',
    summary: 'List users',
    description:
      'The newest first, by when their operations were accepted. Pages stay as they are while new users come.',
  })
  @ApiOkResponse({
    description: 'A page of users.',
    type: UsersPageDto,
    headers: LINK_TO_NEXT,
    example: usersPageExample,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/limit', detail: `must be ${PAGE_SIZE.max} or less` }],
  })
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  async list(
    @Query() query: UsersQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UsersPageDto> {
    const page = await this.users.list(query)
    if (page.nextCursor) reply.header('link', linkToNext('/users', query, page.nextCursor))
    return page
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getUser',
    summary: 'Look at a user',
    description:
      'The user as it stands: pending until it is decided, and never changed afterwards.',
  })
  @ApiUserId()
  @ApiOkResponse({
    description: 'The user as it stands.',
    type: UserDto,
    examples: userExamples,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such user, its creation has not begun yet, or it was erased.')
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  find(@Param('id', UuidPipe) id: string): Promise<UserDto> {
    return this.users.find(id)
  }
}
