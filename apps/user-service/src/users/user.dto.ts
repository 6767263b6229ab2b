import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'

import { type Approval, APPROVALS } from '#contracts'

const EXAMPLE_ID = '019a9f00-0000-7000-8000-000000000001'

/** A user, as the API shows it. */
@ApiSchema({ name: 'User' })
export class UserDto {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string

  @ApiProperty({
    description: 'The operation that asked for it.',
    format: 'uuid',
    example: EXAMPLE_ID,
  })
  operationId: string

  @ApiProperty({ example: 'alice' })
  name: string

  @ApiPropertyOptional({ example: 'alice@example.org' })
  email?: string

  @ApiProperty({ enum: APPROVALS, example: 'approved' })
  approval: Approval

  @ApiProperty({ description: 'When its operation was accepted.', format: 'date-time' })
  createdAt: string

  @ApiPropertyOptional({ description: 'When it was decided.', format: 'date-time' })
  decidedAt?: string
}
