import {
  Controller,
  Get,
  Headers,
  HttpStatus,
  Param,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common'
import {
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger'
import { type FastifyReply } from 'fastify'

import {
  ApiProblem,
  ApiUnavailable,
  EVENT_STREAM,
  goneWith,
  Health,
  LINK_TO_NEXT,
  linkToNext,
  PAGE_SIZE,
  ProblemException,
  streamEvents,
  TRACE_RESPONSE,
  UuidPipe,
} from '#service-defaults'

import { eventsOf } from '../waiting/operation-events.js'
import { ApiPatience, type Patience, Patiently, PREFERENCE_APPLIED } from '../waiting/patience.js'
import { OperationDto } from './operation.dto.js'
import {
  OPERATION_TRACE,
  operationExamples,
  pageExample,
  summaryExample,
} from './operation.examples.js'
import { OperationsPageDto, OperationsQueryDto } from './operations-list.dto.js'
import { SummaryDto } from './operations-summary.dto.js'
import { OperationsSummary } from './operations-summary.service.js'
import { OperationsService } from './operations.service.js'

const ID = {
  name: 'id',
  description: 'The id that POST /users answered with.',
  schema: { type: 'string', format: 'uuid', examples: [pageExample.items[0]!.id] },
}

@ApiTags('operations')
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly summary: OperationsSummary,
    private readonly health: Health,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listOperations',
    summary: 'List operations',
    description:
      'The newest first. Pages stay as they are while new operations come: those are before the first page.',
  })
  @ApiOkResponse({
    description: 'A page of operations.',
    type: OperationsPageDto,
    headers: LINK_TO_NEXT,
    example: pageExample,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/limit', detail: `must be ${PAGE_SIZE.max} or less` }],
  })
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  async list(
    @Query() query: OperationsQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationsPageDto> {
    const page = await this.operations.list(query)
    if (page.nextCursor) reply.header('link', linkToNext('/operations', query, page.nextCursor))
    return page
  }

  @Get('summary')
  @ApiOperation({
    operationId: 'summarizeOperations',
    summary: 'Count the operations',
    description: 'The books: accepted = completed + failed + pending.',
  })
  @ApiOkResponse({
    description: 'The books as they stand.',
    type: SummaryDto,
    example: summaryExample,
  })
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  summarize(): Promise<SummaryDto> {
    return this.summary.summary()
  }

  @Get(':id')
  @ApiOperation({
    operationId: 'getOperation',
    summary: 'Look at an operation',
    description:
      'The operation as it stands, or, for a client that prefers to wait, once it has ended.',
  })
  @ApiParam(ID)
  @ApiPatience()
  @ApiOkResponse({
    description: 'The operation as it stands.',
    type: OperationDto,
    headers: { [TRACE_RESPONSE]: OPERATION_TRACE, 'Preference-Applied': PREFERENCE_APPLIED },
    examples: operationExamples,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such operation.')
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  async find(
    @Param('id', UuidPipe) id: string,
    @Patiently() patience: Patience | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OperationDto> {
    return this.get(id, reply, patience)
  }

  @Get(':id/events')
  @ApiOperation({
    operationId: 'followOperation',
    summary: 'Follow an operation',
    description:
      'Server-Sent Events: the operation as it stands, and once more when it has ended; then the stream ends, too. The id of an event is the state that it tells of.',
  })
  @ApiParam(ID)
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the event that was seen last: it is not told again.',
    schema: { type: 'string', examples: ['pending'] },
  })
  @ApiOkResponse({
    description: 'The events.',
    headers: { [TRACE_RESPONSE]: OPERATION_TRACE },
    content: {
      [EVENT_STREAM]: {
        schema: { type: 'string' },
        example: `retry: 1000\n\nid: completed\ndata: ${JSON.stringify(operationExamples.completed.value)}\n\n`,
      },
    },
  })
  @ApiNoContentResponse({
    description: 'It has ended, and the client has seen how: there is nothing to come back for.',
    headers: { [TRACE_RESPONSE]: OPERATION_TRACE },
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such operation.')
  @ApiUnavailable('The database does not answer.', 'database-unavailable')
  async follow(
    @Param('id', UuidPipe) id: string,
    @Headers('last-event-id') lastSeen: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const operation = await this.get(id, reply)
    if (operation.state !== 'pending' && operation.state === lastSeen) {
      reply.status(HttpStatus.NO_CONTENT)
      return undefined
    }
    const gone = goneWith(reply)
    const events = eventsOf(
      operation,
      lastSeen,
      (seconds) => this.operations.ended(operation, { seconds, gone }),
      () => gone.aborted || this.health.draining.aborted,
    )
    return streamEvents(reply, events)
  }

  private async get(id: string, reply: FastifyReply, patience?: Patience): Promise<OperationDto> {
    const found = await this.operations.find(id, patience)
    if (!found) throw new ProblemException({ status: 404, detail: `There is no operation ${id}.` })
    reply.header(TRACE_RESPONSE, found.traceparent)
    return found.operation
  }
}
