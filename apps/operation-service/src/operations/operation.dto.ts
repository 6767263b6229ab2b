import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'
import { Transform } from 'class-transformer'
import { Matches } from 'class-validator'

import { EMAIL_LENGTH, NAME_LENGTH, OPERATION_STATES, type OperationState } from '#contracts'
import { MayBeMissing } from '#service-defaults'

import { TextOfLength } from './text-of-length.validator.js'

const EXAMPLE_ID = '019a9f00-0000-7000-8000-000000000001'

/** What browsers take for an e-mail address: the pattern of `<input type=email>` in the HTML standard. */
export const EMAIL =
  /^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** The body of POST /users. */
@ApiSchema({ name: 'NewUser' })
export class NewUserDto {
  @ApiProperty({
    description: `The user's name: ${NAME_LENGTH.min} to ${NAME_LENGTH.max} characters after trimming.`,
    minLength: NAME_LENGTH.min,
    maxLength: NAME_LENGTH.max,
    pattern: String.raw`\S`,
    example: 'alice',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @TextOfLength(NAME_LENGTH)
  name: string

  @ApiPropertyOptional({
    description: "The user's e-mail address.",
    format: 'email',
    maxLength: EMAIL_LENGTH.max,
    pattern: EMAIL.source,
    example: 'alice@example.org',
  })
  @MayBeMissing()
  @TextOfLength(EMAIL_LENGTH)
  @Matches(EMAIL, { message: 'must be an e-mail address' })
  email?: string
}

@ApiSchema({ name: 'OperationData' })
class OperationDataDto {
  @ApiPropertyOptional({
    description: "The user's name; missing once it is erased.",
    example: 'alice',
  })
  name?: string

  @ApiPropertyOptional({ description: "The user's e-mail address.", example: 'alice@example.org' })
  email?: string
}

@ApiSchema({ name: 'OperationResult' })
class OperationResultDto {
  @ApiProperty({ description: 'The user that was created.', format: 'uuid', example: EXAMPLE_ID })
  userId: string
}

@ApiSchema({ name: 'OperationError' })
class OperationErrorDto {
  @ApiProperty({
    description: 'Why it failed.',
    enum: ['approval-rejected', 'approval-deadline'],
    example: 'approval-rejected',
  })
  code: string

  @ApiProperty({ description: 'The same in a sentence.', example: 'The user was rejected.' })
  message: string
}

@ApiSchema({ name: 'OperationSteps' })
class OperationStepsDto {
  @ApiProperty({
    description: 'It was stored.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.600Z',
  })
  acceptedAt: string

  @ApiPropertyOptional({
    description: '`user-create` was published.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.605Z',
  })
  publishedAt?: string

  @ApiPropertyOptional({
    description: '`user-approve` was published.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.610Z',
  })
  approvalAskedAt?: string

  @ApiPropertyOptional({
    description: 'The user was decided.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.815Z',
  })
  decidedAt?: string

  @ApiPropertyOptional({
    description: 'The outcome was stored.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.842Z',
  })
  finishedAt?: string
}

/** An operation, as the API shows it. */
@ApiSchema({ name: 'Operation' })
export class OperationDto {
  @ApiProperty({ description: 'A UUIDv7.', format: 'uuid', example: EXAMPLE_ID })
  id: string

  @ApiProperty({ description: 'What it does.', enum: ['user-create'], example: 'user-create' })
  type: 'user-create'

  @ApiProperty({
    description: 'How it stands; once it is completed or failed, it stays so.',
    enum: OPERATION_STATES,
    example: 'completed',
  })
  state: OperationState

  @ApiProperty({
    description: 'What was asked for; nothing of it is left once it is erased.',
    type: OperationDataDto,
  })
  data: OperationDataDto

  @ApiPropertyOptional({ description: 'Once it is completed.', type: OperationResultDto })
  result?: OperationResultDto

  @ApiPropertyOptional({ description: 'Once it has failed.', type: OperationErrorDto })
  error?: OperationErrorDto

  @ApiProperty({
    description: 'When it was accepted.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.600Z',
  })
  createdAt: string

  @ApiPropertyOptional({
    description: 'When it ended.',
    format: 'date-time',
    example: '2025-11-20T05:07:37.842Z',
  })
  finishedAt?: string

  @ApiPropertyOptional({
    description: "When the person's data was erased.",
    format: 'date-time',
    example: '2025-11-21T09:30:00.412Z',
  })
  erasedAt?: string

  @ApiProperty({
    description: 'When each step happened; those after the first are told once it has ended.',
    type: OperationStepsDto,
  })
  steps: OperationStepsDto
}
