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
import { Readable } from 'node:stream'

import {
  ApiProblem,
  Health,
  LINK_TO_NEXT,
  linkToNext,
  PAGE_SIZE,
  ProblemException,
  UuidPipe,
} from '#service-defaults'

import { eventsOf } from '../waiting/operation-events.js'
import {
  ApiPatience,
  goneWith,
  type Patience,
  Patiently,
  PREFERENCE_APPLIED,
} from '../waiting/patience.js'
import { OperationDto } from './operation.dto.js'
import { operationExamples, pageExample, summaryExample } from './operation.examples.js'
import { OperationsPageDto, OperationsQueryDto } from './operations-list.dto.js'
import { SummaryDto } from './operations-summary.dto.js'
import { OperationsSummary } from './operations-summary.service.js'
import { OperationsService } from './operations.service.js'

const EVENT_STREAM = 'text/event-stream'

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
  @ApiProblem(503, 'The database does not answer.')
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
    summary: 'Count the operations',
    description: 'The books: accepted = completed + failed + pending.',
  })
  @ApiOkResponse({
    description: 'The books as they stand.',
    type: SummaryDto,
    example: summaryExample,
  })
  @ApiProblem(503, 'The database does not answer.')
  summarize(): Promise<SummaryDto> {
    return this.summary.summary()
  }

  @Get(':id')
  @ApiOperation({ summary: 'Look at an operation' })
  @ApiParam({
    name: 'id',
    description: 'The id that POST /users answered with.',
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiPatience()
  @ApiOkResponse({
    description: 'The operation as it stands.',
    type: OperationDto,
    headers: { 'Preference-Applied': PREFERENCE_APPLIED },
    examples: operationExamples,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such operation.')
  @ApiProblem(503, 'The database does not answer.')
  async find(
    @Param('id', UuidPipe) id: string,
    @Patiently() patience: Patience | undefined,
  ): Promise<OperationDto> {
    return this.get(id, patience)
  }

  @Get(':id/events')
  @ApiOperation({
    summary: 'Follow an operation',
    description:
      'Server-Sent Events: the operation as it stands, and once more when it has ended; then the stream ends, too. The id of an event is the state that it tells of.',
  })
  @ApiParam({
    name: 'id',
    description: 'The id that POST /users answered with.',
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description: 'The id of the event that was seen last: it is not told again.',
    schema: { type: 'string' },
    example: 'pending',
  })
  @ApiOkResponse({
    description: 'The events.',
    content: {
      [EVENT_STREAM]: {
        schema: { type: 'string' },
        example: `retry: 1000\n\nid: completed\ndata: ${JSON.stringify(operationExamples.completed.value)}\n\n`,
      },
    },
  })
  @ApiNoContentResponse({
    description: 'It has ended, and the client has seen how: there is nothing to come back for.',
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such operation.')
  @ApiProblem(503, 'The database does not answer.')
  async follow(
    @Param('id', UuidPipe) id: string,
    @Headers('last-event-id') lastSeen: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const operation = await this.get(id)
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
    // Proxies that gather what they pass on are told not to.
    reply.headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    return new StreamableFile(Readable.from(events), { type: EVENT_STREAM })
  }

  private async get(id: string, patience?: Patience): Promise<OperationDto> {
    const operation = await this.operations.find(id, patience)
    if (!operation) {
      throw new ProblemException({ status: 404, detail: `There is no operation ${id}.` })
    }
    return operation
  }
}
