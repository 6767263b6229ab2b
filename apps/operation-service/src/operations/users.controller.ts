import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common'
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { type FastifyReply } from 'fastify'

import {
  ApiProblem,
  ApiUnavailable,
  RequestTrace,
  TRACE_RESPONSE,
  type TraceContext,
} from '#service-defaults'

import { ApiIdempotencyKey, IdempotencyKey } from '../idempotency/idempotency-key.js'
import { ApiPatience, type Patience, Patiently, PREFERENCE_APPLIED } from '../waiting/patience.js'
import { NewUserDto, OperationDto } from './operation.dto.js'
import { OPERATION_TRACE, operationExamples } from './operation.examples.js'
import { OperationsService } from './operations.service.js'

/** Seconds after which it is worth looking at an operation for the first time. */
const LOOK_AGAIN = 1

const LOCATION = {
  description: 'Where to look at the operation.',
  required: true,
  schema: { type: 'string', format: 'uri-reference' },
  example: `/operations/${operationExamples.pending.value.id}`,
} as const

const REPLAYED = {
  description: '`true` for a repeated request: the operation was there before.',
  schema: { type: 'string', const: 'true' },
} as const

/** What can be asked about the operation of an answer. */
const LINKS = {
  operation: {
    operationId: 'getOperation',
    parameters: { id: '$response.body#/id' },
    description: 'How it went.',
  },
  events: {
    operationId: 'followOperation',
    parameters: { id: '$response.body#/id' },
    description: 'The same, as Server-Sent Events.',
  },
}

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(private readonly operations: OperationsService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'createUser',
    summary: 'Create a user',
    description:
      'Starts an operation and answers at once; look at it at `Location`. A name that begins with "reject" is rejected, to try that out.',
  })
  @ApiIdempotencyKey()
  @ApiPatience()
  @ApiOkResponse({
    description: 'The operation has ended: the client preferred to wait, or repeated its request.',
    type: OperationDto,
    headers: {
      Location: LOCATION,
      [TRACE_RESPONSE]: OPERATION_TRACE,
      'Preference-Applied': PREFERENCE_APPLIED,
      'Idempotency-Replayed': REPLAYED,
    },
    examples: { completed: operationExamples.completed, failed: operationExamples.failed },
    links: LINKS,
  })
  @ApiAcceptedResponse({
    description: 'The operation is stored; the user will be created, or the operation fails.',
    type: OperationDto,
    headers: {
      Location: LOCATION,
      [TRACE_RESPONSE]: OPERATION_TRACE,
      'Retry-After': {
        description: 'When to look, in seconds.',
        required: true,
        schema: { type: 'integer', minimum: 1 },
      },
      'Preference-Applied': PREFERENCE_APPLIED,
      'Idempotency-Replayed': REPLAYED,
    },
    example: operationExamples.pending.value,
    links: LINKS,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/name', detail: 'must have 1 to 100 characters' }],
  })
  @ApiProblem(422, 'The Idempotency-Key came with another body before.')
  @ApiUnavailable(
    'Nothing can be stored at the moment, or too much waits to be published.',
    'database-unavailable',
    'outcome-unknown',
    'too-much-unpublished',
  )
  async create(
    @Body() user: NewUserDto,
    @IdempotencyKey() key: string | undefined,
    @Patiently() patience: Patience | undefined,
    @RequestTrace() trace: TraceContext | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    const options = { key, patience, trace }
    const { operation, traceparent, isReplay } = await this.operations.createUser(user, options)
    if (isReplay) reply.header('idempotency-replayed', 'true')
    reply.header(TRACE_RESPONSE, traceparent)
    reply.header('location', `/operations/${operation.id}`)
    if (operation.state === 'pending') reply.header('retry-after', LOOK_AGAIN)
    else reply.status(200)
    return operation
  }
}
