import { retentionSettings } from '#kafka'
import {
  databaseSettings,
  httpSettings,
  integer,
  kafkaSettings,
  logSettings,
  sagaSettings,
  type Settings,
} from '#service-defaults'

export const userServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3001 }),
  ...kafkaSettings,
  ...databaseSettings,
  ...sagaSettings,
  ...retentionSettings,
  ...logSettings,
}

export type UserServiceSettings = Settings<typeof userServiceSettings>
