import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'

/** The books: every operation that was accepted is one of completed, failed and pending. */
@ApiSchema({ name: 'OperationsSummary' })
export class SummaryDto {
  @ApiProperty({ description: 'All that were ever accepted.', example: 1_000 })
  accepted: number

  @ApiProperty({ description: 'Those of them that are completed.', example: 980 })
  completed: number

  @ApiProperty({ description: 'Those that have failed.', example: 15 })
  failed: number

  @ApiProperty({ description: 'Those that have not ended.', example: 5 })
  pending: number

  @ApiPropertyOptional({
    description: 'When the oldest of the pending was accepted.',
    format: 'date-time',
  })
  oldestPending?: string

  @ApiProperty({
    description:
      'How many of the pending wait to be published; what other replicas have is a second old.',
    example: 0,
  })
  unpublished: number
}
