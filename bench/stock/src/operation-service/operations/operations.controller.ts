import { Controller, Get, NotFoundException, Param, ParseUUIDPipe } from '@nestjs/common'

import { operationDto } from './operation.dto.js'
import { OperationsService } from './operations.service.js'

@Controller('operations')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  @Get(':id')
  async find(@Param('id', ParseUUIDPipe) id: string) {
    const operation = await this.operations.find(id)
    if (!operation) throw new NotFoundException()
    return operationDto(operation)
  }
}
