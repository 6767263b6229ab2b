import { Controller, Get, Param } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger'

import { ApiProblem, ProblemException, UuidPipe } from '#service-defaults'

import { OperationDto } from './operation.dto.js'
import { operationExamples } from './operation.examples.js'
import { OperationsService } from './operations.service.js'

@ApiTags('operations')
@Controller('operations')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  @Get(':id')
  @ApiOperation({ summary: 'Look at an operation' })
  @ApiParam({
    name: 'id',
    description: 'The id that POST /users answered with.',
    schema: { type: 'string', format: 'uuid' },
  })
  @ApiOkResponse({
    description: 'The operation as it stands.',
    type: OperationDto,
    examples: operationExamples,
  })
  @ApiProblem(400, 'The request is not valid.', {
    errors: [{ pointer: '/id', detail: 'must be a UUID' }],
  })
  @ApiProblem(404, 'There is no such operation.')
  @ApiProblem(503, 'The database does not answer.')
  async find(@Param('id', UuidPipe) id: string): Promise<OperationDto> {
    const operation = await this.operations.find(id)
    if (!operation) {
      throw new ProblemException({ status: 404, detail: `There is no operation ${id}.` })
    }
    return operation
  }
}
