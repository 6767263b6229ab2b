import {
  httpSettings,
  integer,
  kafkaSettings,
  logSettings,
  pattern,
  sagaSettings,
  type Settings,
  tracingSettings,
  userApproveSettings,
} from '#service-defaults'

export const userApprovalServiceSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3002 }),
  ...kafkaSettings,
  ...userApproveSettings,
  ...sagaSettings,
  ...logSettings,
  ...tracingSettings,
  /** The wait for each user, in milliseconds. */
  APPROVAL_WORK_MS: integer({ min: 0, max: 600_000, default: 200 }),
  /** Users that this process approves at a time, over all its partitions. */
  APPROVAL_CONCURRENCY: integer({ min: 1, max: 100_000, default: 1 }),
  /** Names that are rejected, whatever their case. */
  APPROVAL_REJECT_PATTERN: pattern({ default: '^reject' }),
}

export type UserApprovalServiceSettings = Settings<typeof userApprovalServiceSettings>
