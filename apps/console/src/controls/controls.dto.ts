import { IsBoolean, IsIn, IsInt, IsNumber, Max, Min } from 'class-validator'

import { type ServiceName } from '../console.api.js'
import { SERVICES } from '../fleet/services.js'

const MOST_USERS_PER_SECOND = 500

export class LoadDto {
  @IsNumber({}, { message: 'must be a number' })
  @Min(0, { message: 'must be 0 or more' })
  @Max(MOST_USERS_PER_SECOND, { message: `must be ${MOST_USERS_PER_SECOND} or less` })
  usersPerSecond: number
}

export class ReplicasDto {
  @IsIn(SERVICES, { message: `must be one of ${SERVICES.join(', ')}` })
  service: ServiceName

  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be 0 or more' })
  count: number
}

export class ScalerSwitchDto {
  @IsBoolean({ message: 'must be true or false' })
  enabled: boolean
}

export class ApprovalSwitchDto {
  @IsBoolean({ message: 'must be true or false' })
  paused: boolean
}
