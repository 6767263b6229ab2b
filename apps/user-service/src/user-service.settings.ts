import { retentionSettings } from '#kafka'
import {
  databaseSettings,
  httpSettings,
  integer,
  kafkaSettings,
  logSettings,
  protectionSettings,
  sagaSettings,
  type Settings,
  tracingSettings,
  userApproveSettings,
} from '#service-defaults'

export const userServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3001 }),
  ...kafkaSettings,
  ...userApproveSettings,
  ...databaseSettings,
  ...sagaSettings,
  ...retentionSettings,
  ...logSettings,
  ...protectionSettings,
  ...tracingSettings,
}

export type UserServiceSettings = Settings<typeof userServiceSettings>
