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

export const operationServiceSettings = {
  ...httpSettings,
  ...kafkaSettings,
  ...userApproveSettings,
  ...databaseSettings,
  ...sagaSettings,
  ...retentionSettings,
  ...logSettings,
  ...protectionSettings,
  ...tracingSettings,
  /** Accepted operations that a process has not published, at most; beyond it clients are told to come back. */
  MOST_UNPUBLISHED: integer({ min: 1, default: 100_000 }),
}

export type OperationServiceSettings = Settings<typeof operationServiceSettings>
