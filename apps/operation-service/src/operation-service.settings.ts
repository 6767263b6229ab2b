import {
  databaseSettings,
  httpSettings,
  kafkaSettings,
  logSettings,
  sagaSettings,
  type Settings,
} from '#service-defaults'

export const operationServiceSettings = {
  ...httpSettings,
  ...kafkaSettings,
  ...databaseSettings,
  ...sagaSettings,
  ...logSettings,
}

export type OperationServiceSettings = Settings<typeof operationServiceSettings>
