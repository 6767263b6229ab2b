import { Controller, Delete, HttpCode, Param, Res } from '@nestjs/common'
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { type FastifyReply } from 'fastify'

import {
  ApiProblem,
  ApiUnavailable,
  RequestTrace,
  type TraceContext,
  UuidPipe,
} from '#service-defaults'

import { ApiUserId, EXAMPLE_ID } from '../users/user-id.dto.js'
import { ErasureDto, erasureExample } from './erasure.dto.js'
import { Erasure } from './erasure.service.js'

/** Seconds after which the data is gone, as a rule. */
const LOOK_AGAIN = 1

@ApiTags('users')
@Controller('users')
export class ErasureController {
  constructor(private readonly erasure: Erasure) {}

  @Delete(':id')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'eraseUser',
    summary: "Erase a person's data",
    description:
      'Removes name and e-mail address from the databases of both services, for good. The user and its operation stay in the books, without them. Safe to repeat.',
  })
  @ApiUserId()
  @ApiAcceptedResponse({
    description: 'Every service that holds the data will erase it: the message is stored.',
    type: ErasureDto,
    headers: {
      Location: {
        description: 'The user, which is not found (404) once its data is erased.',
        required: true,
        schema: { type: 'string', format: 'uri-reference' },
        example: `/users/${EXAMPLE_ID}`,
      },
      'Retry-After': {
        description: 'When to look, in seconds.',
        required: true,
        schema: { type: 'integer', minimum: 1 },
        example: LOOK_AGAIN,
      },
    },
    example: erasureExample,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such user, or its creation has not begun yet.')
  @ApiProblem(409, 'The user is pending: its creation needs the data.', {
    detail: `User ${EXAMPLE_ID} is pending, and its creation needs the data. Repeat the request once it is decided, at the latest after 2025-11-21T05:07:37.600Z.`,
  })
  @ApiProblem(413, 'There is a body, which nobody needs, and it is too large.')
  @ApiProblem(415, 'There is a body, which nobody needs, and it is not JSON.')
  @ApiUnavailable(
    'The database or the message broker does not answer. Repeat the request: that does no harm.',
    'database-unavailable',
    'broker-unavailable',
  )
  async request(
    @Param('id', UuidPipe) id: string,
    @RequestTrace() trace: TraceContext | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ErasureDto> {
    const erasure = await this.erasure.request(id, trace)
    reply.headers({ location: `/users/${id}`, 'retry-after': LOOK_AGAIN })
    return erasure
  }
}
