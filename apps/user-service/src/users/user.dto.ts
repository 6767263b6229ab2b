import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'

import { type Approval, APPROVALS } from '#contracts'

import { EXAMPLE_ID } from './user-id.dto.js'

/** A user, as the API shows it. */
@ApiSchema({ name: 'User' })
export class UserDto {
  @ApiProperty({
    description: "The same as its operation's.",
    format: 'uuid',
    example: EXAMPLE_ID,
  })
  id: string

  @ApiProperty({
    description: 'The operation that asked for it.',
    format: 'uuid',
    example: EXAMPLE_ID,
  })
  operationId: string

  @ApiProperty({ description: 'As it was asked for.', example: 'alice' })
  name: string

  @ApiPropertyOptional({ description: 'As it was asked for.', example: 'alice@example.org' })
  email?: string

  @ApiProperty({
    description: 'How the user was decided; expired when nobody did before the deadline.',
    enum: APPROVALS,
    example: 'approved',
  })
  approval: Approval

  @ApiProperty({
    description: 'When its operation was accepted.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.600Z',
  })
  createdAt: string

  @ApiPropertyOptional({
    description: 'When it was decided.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.815Z',
  })
  decidedAt?: string
}
