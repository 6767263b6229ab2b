import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'

const COUNT = { type: 'integer', minimum: 0 } as const

/** The books: every operation that was accepted is one of completed, failed and pending. */
@ApiSchema({ name: 'OperationsSummary' })
export class SummaryDto {
  @ApiProperty({ description: 'All that were ever accepted.', ...COUNT, example: 1_000 })
  accepted: number

  @ApiProperty({ description: 'Those of them that are completed.', ...COUNT, example: 980 })
  completed: number

  @ApiProperty({ description: 'Those that have failed.', ...COUNT, example: 15 })
  failed: number

  @ApiProperty({ description: 'Those that have not ended.', ...COUNT, example: 5 })
  pending: number

  @ApiPropertyOptional({
    description: 'When the oldest of the pending was accepted.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.600Z',
  })
  oldestPending?: string

  @ApiProperty({
    description:
      'How many of the pending wait to be published; what other replicas have is a second old.',
    ...COUNT,
    example: 0,
  })
  unpublished: number
}
