import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'
import { IsIn } from 'class-validator'

import { OPERATION_ID_PATTERN, OPERATION_STATES, type OperationState } from '#contracts'
import { MayBeMissing, NextCursor, PAGE_SIZE, PageCursor, PageLimit } from '#service-defaults'

import { OperationDto } from './operation.dto.js'

/** The query of GET /operations. */
export class OperationsQueryDto {
  @ApiPropertyOptional({ description: 'Only those in this state.', enum: OPERATION_STATES })
  @MayBeMissing()
  @IsIn(OPERATION_STATES, { message: `must be one of ${OPERATION_STATES.join(', ')}` })
  state?: OperationState

  @PageLimit()
  limit: number = PAGE_SIZE.default

  @PageCursor(OPERATION_ID_PATTERN)
  cursor?: string
}

/** A page of operations. */
@ApiSchema({ name: 'OperationsPage' })
export class OperationsPageDto {
  @ApiProperty({
    description: 'The newest first.',
    type: [OperationDto],
    maxItems: PAGE_SIZE.max,
  })
  items: OperationDto[]

  @NextCursor(OPERATION_ID_PATTERN)
  nextCursor?: string
}
