import {
  flag,
  hostAndPort,
  integer,
  list,
  oneOf,
  optional,
  secret,
  text,
  together,
} from './readers.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Where a service listens: on all IPv4 addresses, if not said; 0 takes any free port. */
export const httpSettings = {
  LISTEN_HOST: optional(text()),
  PORT: integer({ min: 0, max: 65_535, default: 3000 }),
}

/** How the broker is reached, and what a topic gets when it is created. */
export const kafkaSettings = {
  KAFKA_BROKERS: list(hostAndPort(), { default: 'localhost:9092' }),
  KAFKA_SSL: flag({ default: false }),
  KAFKA_SASL_MECHANISM: together(
    ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'],
    optional(oneOf(['plain', 'scram-sha-256', 'scram-sha-512'])),
  ),
  KAFKA_SASL_USERNAME: together(['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD'], optional(text())),
  KAFKA_SASL_PASSWORD: together(
    ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME'],
    optional(secret(text())),
  ),
  TOPIC_PARTITIONS: integer({ min: 1, default: 12 }),
  TOPIC_REPLICATION_FACTOR: integer({ min: 1, default: 1 }),
}

/** The partitions of `user-approve`: as many as replicas may share it. */
export const userApproveSettings = {
  USER_APPROVE_PARTITIONS: integer({ min: 1, default: 12 }),
}

/** How the database is reached. A secret, because the address may hold a password. */
export const databaseSettings = {
  MONGODB_URI: secret(
    text({
      default: 'mongodb://localhost:27017',
      matches: /^mongodb(\+srv)?:\/\/./,
      allowed: 'an address that starts with mongodb:// or mongodb+srv://',
    }),
  ),
}

/** How long a saga may take, in milliseconds from the acceptance of its operation. */
export const sagaSettings = {
  SAGA_DEADLINE_MS: integer({ min: 1, default: DAY_MS }),
}

/** The least severe lines that are logged. */
export const logSettings = {
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug'], { default: 'info' }),
}

/**
 * Spans. OpenTelemetry reads these, and its other `OTEL_*` variables, from the environment by itself; here they are
 * checked, and the first one says whether there are spans at all.
 */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: optional(
    text({ matches: /^https?:\/\/./, allowed: 'an address that starts with http:// or https://' }),
  ),
  OTEL_EXPORTER_OTLP_HEADERS: optional(secret(text())),
  OTEL_TRACES_SAMPLER: oneOf(
    [
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ],
    { default: 'parentbased_always_on' },
  ),
  OTEL_TRACES_SAMPLER_ARG: text({
    default: '1',
    matches: /^(?:0?\.\d+|0|1(?:\.0+)?)$/,
    allowed: 'a number from 0 to 1',
  }),
  OTEL_RESOURCE_ATTRIBUTES: optional(text()),
}
