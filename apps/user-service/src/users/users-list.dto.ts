import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger'
import { IsIn } from 'class-validator'

import { type Approval, APPROVALS, OPERATION_ID_PATTERN } from '#contracts'
import { MayBeMissing, NextCursor, PAGE_SIZE, PageCursor, PageLimit } from '#service-defaults'

import { UserDto } from './user.dto.js'

/** The query of GET /users. */
export class UsersQueryDto {
  @ApiPropertyOptional({ description: 'Only those that stand so.', enum: APPROVALS })
  @MayBeMissing()
  @IsIn(APPROVALS, { message: `must be one of ${APPROVALS.join(', ')}` })
  approval?: Approval

  @PageLimit()
  limit: number = PAGE_SIZE.default

  @PageCursor(OPERATION_ID_PATTERN)
  cursor?: string
}

/** A page of users. */
@ApiSchema({ name: 'UsersPage' })
export class UsersPageDto {
  @ApiProperty({
    description:
      'The newest first. Erased ones are left out, so a page that is not the last one may have fewer than were asked for.',
    type: [UserDto],
    maxItems: PAGE_SIZE.max,
  })
  items: UserDto[]

  @NextCursor(OPERATION_ID_PATTERN)
  nextCursor?: string
}
