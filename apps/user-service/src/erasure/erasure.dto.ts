import { ApiProperty, ApiSchema } from '@nestjs/swagger'

import { EXAMPLE_ID } from '../users/user-id.dto.js'

/** The answer to DELETE /users/{id}. */
@ApiSchema({ name: 'Erasure' })
export class ErasureDto {
  @ApiProperty({ description: 'Whose data is erased.', format: 'uuid', example: EXAMPLE_ID })
  userId: string

  @ApiProperty({
    description:
      "When it was asked for. The person's data goes from both databases as soon as the message is handled.",
    format: 'date-time',
    example: '2025-11-21T09:30:00.000Z',
  })
  requestedAt: string

  @ApiProperty({
    description:
      "Until when messages that hold the person's data may be in the topics, which nothing can be taken out of.",
    format: 'date-time',
    example: '2025-11-29T09:30:00.000Z',
  })
  messagesKeptUntil: string

  @ApiProperty({
    description: 'The same for their dead letters, if there are any and none is put back.',
    format: 'date-time',
    example: '2025-12-30T09:30:00.000Z',
  })
  deadLettersKeptUntil: string
}

export const erasureExample: ErasureDto = {
  userId: EXAMPLE_ID,
  requestedAt: '2025-11-21T09:30:00.000Z',
  messagesKeptUntil: '2025-11-29T09:30:00.000Z',
  deadLettersKeptUntil: '2025-12-30T09:30:00.000Z',
}
