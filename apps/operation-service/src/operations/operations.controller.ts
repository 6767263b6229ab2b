import { Controller, Get, Param, Query } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'

import { ApiProblem, ProblemException, UuidPipe } from '#service-defaults'

import { ApiPatience, type Patience, Patiently, PREFERENCE_APPLIED } from '../waiting/patience.js'
import { OperationDto } from './operation.dto.js'
import { operationExamples, pageExample, summaryExample } from './operation.examples.js'
import { OperationsPageDto, OperationsQueryDto, PAGE_SIZE } from './operations-list.dto.js'
import { SummaryDto } from './operations-summary.dto.js'
import { OperationsSummary } from './operations-summary.service.js'
import { OperationsService } from './operations.service.js'

@ApiTags('operations')
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationsService,
    private readonly summary: OperationsSummary,
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
    example: pageExample,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/limit', detail: `must be ${PAGE_SIZE.max} or less` }],
  })
  @ApiProblem(503, 'The database does not answer.')
  list(@Query() query: OperationsQueryDto): Promise<OperationsPageDto> {
    return this.operations.list(query)
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
    const operation = await this.operations.find(id, patience)
    if (!operation) {
      throw new ProblemException({ status: 404, detail: `There is no operation ${id}.` })
    }
    return operation
  }
}
