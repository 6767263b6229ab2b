import {
  httpSettings,
  integer,
  kafkaSettings,
  logSettings,
  optional,
  secret,
  type Settings,
  text,
  tracingSettings,
  userApproveSettings,
} from '#service-defaults'

const { KAFKA_BROKERS, KAFKA_SSL, KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD } =
  kafkaSettings

export const consoleSettings = {
  ...httpSettings,
  PORT: integer({ min: 0, max: 65_535, default: 3003 }),
  KAFKA_BROKERS,
  KAFKA_SSL,
  KAFKA_SASL_MECHANISM,
  KAFKA_SASL_USERNAME,
  KAFKA_SASL_PASSWORD,
  ...userApproveSettings,
  /** Where operation-service is, unless a launcher tells. */
  OPERATION_SERVICE_URL: text({
    default: 'http://localhost:3000',
    matches: /^https?:\/\/[^/?#]+$/,
    allowed:
      'an address that starts with http:// or https:// and has no path, not even a slash at its end',
  }),
  /** With which the console asks operation-service, where that one has `API_KEYS`. */
  OPERATION_SERVICE_API_KEY: optional(
    secret(text({ matches: /^[!-~]+$/, allowed: 'printable characters of ASCII without spaces' })),
  ),
  /** Seconds between two looks of the scaler. */
  SCALER_SYNC_SECONDS: integer({ min: 1, max: 600, default: 5 }),
  /** Seconds for which the most that was asked for holds on the way down. */
  SCALER_DOWN_WINDOW_SECONDS: integer({ min: 1, max: 3_600, default: 20 }),
  /** By default as many as user-approve has partitions: a replica beyond them would have nothing to read. */
  SCALER_MAX_REPLICAS: optional(integer({ min: 1, max: 500 })),
  ...logSettings,
  ...tracingSettings,
}

export type ConsoleSettings = Settings<typeof consoleSettings>
