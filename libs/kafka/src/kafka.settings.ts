/** The settings that libs/kafka reads, as `kafkaSettings` of service-defaults parses them. */
export interface KafkaSettings {
  KAFKA_BROKERS: string[]
  KAFKA_SSL: boolean
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined
  KAFKA_SASL_USERNAME?: string | undefined
  KAFKA_SASL_PASSWORD?: string | undefined
  TOPIC_PARTITIONS: number
  USER_APPROVE_PARTITIONS: number
  TOPIC_REPLICATION_FACTOR: number
  SAGA_DEADLINE_MS: number
}
