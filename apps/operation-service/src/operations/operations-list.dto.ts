import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { IsIn, IsInt, Matches, Max, Min } from 'class-validator'

import { OPERATION_ID_PATTERN, OPERATION_STATES, type OperationState } from '#contracts'
import { MayBeMissing } from '#service-defaults'

import { OperationDto } from './operation.dto.js'

export const PAGE_SIZE = { default: 50, max: 200 }

/** The query of GET /operations. */
export class OperationsQueryDto {
  @ApiPropertyOptional({ description: 'Only those in this state.', enum: OPERATION_STATES })
  @MayBeMissing()
  @IsIn(OPERATION_STATES, { message: `must be one of ${OPERATION_STATES.join(', ')}` })
  state?: OperationState

  @ApiPropertyOptional({
    description: 'How many at most.',
    type: 'integer',
    minimum: 1,
    maximum: PAGE_SIZE.max,
    default: PAGE_SIZE.default,
  })
  @Transform(({ value }: { value: unknown }) =>
    /^\d+$/.test(String(value)) ? Number(value) : value,
  )
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be 1 or more' })
  @Max(PAGE_SIZE.max, { message: `must be ${PAGE_SIZE.max} or less` })
  limit: number = PAGE_SIZE.default

  @ApiPropertyOptional({
    description: 'Where to go on: the `nextCursor` of the page before.',
    pattern: OPERATION_ID_PATTERN,
    examples: ['019a9f00-0000-7000-8000-000000000001'],
  })
  @MayBeMissing()
  @Matches(new RegExp(OPERATION_ID_PATTERN), { message: 'must be a cursor of the page before' })
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

  @ApiPropertyOptional({
    description: 'The `cursor` of the next page; missing on the last one.',
    pattern: OPERATION_ID_PATTERN,
    example: '019a9f00-0000-7000-8000-000000000001',
  })
  nextCursor?: string
}
