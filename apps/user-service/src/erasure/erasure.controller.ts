import { Controller, Delete, HttpCode, Param } from '@nestjs/common'
import { ApiAcceptedResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'

import { ApiProblem, UuidPipe } from '#service-defaults'

import { ErasureDto } from './erasure.dto.js'
import { Erasure } from './erasure.service.js'

@ApiTags('users')
@Controller('users')
export class ErasureController {
  constructor(private readonly erasure: Erasure) {}

  @Delete(':id')
  @HttpCode(202)
  @ApiOperation({
    summary: "Erase a person's data",
    description:
      'Removes name and e-mail address from the databases of both services, for good. The user and its operation stay in the books, without them. Safe to repeat.',
  })
  @ApiParam({
    name: 'id',
    description: "The user's id: the same as its operation's.",
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiAcceptedResponse({
    description: 'Every service that holds the data will erase it: the message is stored.',
    type: ErasureDto,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such user, or its creation has not begun yet.')
  @ApiProblem(409, 'The user is pending: its creation needs the data.', {
    detail:
      'User 019a9f00-0000-7000-8000-000000000001 is pending, and its creation needs the data. Repeat the request once it is decided, at the latest after 2025-11-21T05:07:37.600Z.',
  })
  @ApiProblem(413, 'There is a body, which nobody needs, and it is too large.')
  @ApiProblem(415, 'There is a body, which nobody needs, and it is not JSON.')
  @ApiProblem(
    503,
    'The database or the message broker does not answer. Repeat the request: that does no harm.',
  )
  request(@Param('id', UuidPipe) id: string): Promise<ErasureDto> {
    return this.erasure.request(id)
  }
}
