import { Logger } from '@nestjs/common'
import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs'

import { type KafkaConnectionSettings } from './kafka.settings.js'
import { mendHalfConnections, mendRequestQueueTimer } from './kafkajs-faults.js'
import { replaceRecordDecoder } from './record-decoder.js'
import { replaceRecordEncoder } from './record-encoder.js'

/**
 * A kafkajs client with this project's settings, timeouts and logger.
 * Its retries end after about ten seconds; what has to go on longer is tried again by its caller.
 * @param clientId the service's name
 */
export function createKafkaClient(clientId: string, settings: KafkaConnectionSettings): Kafka {
  mendRequestQueueTimer()
  mendHalfConnections()
  replaceRecordEncoder()
  replaceRecordDecoder()
  const config: KafkaConfig = {
    clientId,
    brokers: settings.KAFKA_BROKERS,
    ssl: settings.KAFKA_SSL,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
    logLevel: logLevel.INFO,
    logCreator: () => forwardToNest,
  }
  if (settings.KAFKA_SASL_MECHANISM) {
    config.sasl = {
      mechanism: settings.KAFKA_SASL_MECHANISM,
      username: settings.KAFKA_SASL_USERNAME,
      password: settings.KAFKA_SASL_PASSWORD,
    } as SASLOptions
  }
  return new Kafka(config)
}

const logger = new Logger('kafkajs')

/**
 * kafkajs logs each rebalance, lost connection and retry as an error; here they are what a consumer lives with. What
 * needs a person is logged, and counted, by the transport.
 */
function forwardToNest({
  namespace,
  log: { message, error },
}: {
  namespace: string
  log: { message: string; error?: unknown }
}): void {
  logger.debug(message, { namespace, ...(typeof error === 'string' ? { error } : {}) })
}
