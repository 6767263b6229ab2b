import {
  type httpSettings,
  type kafkaSettings,
  type sagaSettings,
  type Settings,
} from '#service-defaults'

type All = Settings<Pick<typeof httpSettings, 'PORT'> & typeof kafkaSettings & typeof sagaSettings>
type Sasl = 'KAFKA_SASL_MECHANISM' | 'KAFKA_SASL_USERNAME' | 'KAFKA_SASL_PASSWORD'

/** The settings that say how the broker is reached. */
export type KafkaConnectionSettings = Pick<All, 'KAFKA_BROKERS' | 'KAFKA_SSL'> &
  Partial<Pick<All, Sasl>>

/** The settings that libs/kafka reads. */
export type KafkaSettings = KafkaConnectionSettings & Omit<All, keyof KafkaConnectionSettings>
