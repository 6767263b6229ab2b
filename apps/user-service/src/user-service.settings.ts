import {
  databaseSettings,
  httpSettings,
  integer,
  kafkaSettings,
  logSettings,
  sagaSettings,
  type Settings,
  tracingSettings,
} from '#service-defaults'

export const userServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3001 }),
  ...kafkaSettings,
  ...databaseSettings,
  ...sagaSettings,
  ...logSettings,
  ...tracingSettings,
}

export type UserServiceSettings = Settings<typeof userServiceSettings>
