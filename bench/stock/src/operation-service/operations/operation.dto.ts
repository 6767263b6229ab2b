import { Transform } from 'class-transformer'
import { IsEmail, Length, MaxLength, ValidateIf } from 'class-validator'

import { type Operation } from './operation.schema.js'

/** The body of POST /users. */
export class NewUserDto {
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @Length(1, 100)
  name: string

  @ValidateIf((_user, email) => email !== undefined)
  @MaxLength(254)
  @IsEmail()
  email?: string
}

/** An operation, as the API shows it. */
export function operationDto(operation: Operation) {
  const { _id, state, name, email, userId, error, createdAt, finishedAt } = operation
  return {
    id: _id,
    type: 'user-create',
    state,
    data: { name, email },
    result: state === 'completed' ? { userId } : undefined,
    error,
    createdAt,
    finishedAt,
  }
}
