import { Kafka, logLevel, type KafkaConfig, type SASLOptions } from 'kafkajs'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'

export type KafkaSettings = Pick<KafkaConfig, 'ssl' | 'sasl'>

/** The environment's KAFKA_SSL and KAFKA_SASL_* as kafkajs wants them. */
export function kafkaSettingsOf(environment: NodeJS.ProcessEnv): KafkaSettings {
  const sasl = saslOf(environment)
  return { ssl: environment['KAFKA_SSL'] === 'true', ...(sasl && { sasl }) }
}

function saslOf(environment: NodeJS.ProcessEnv): SASLOptions | undefined {
  const mechanism = environment['KAFKA_SASL_MECHANISM']
  const account = {
    username: environment['KAFKA_SASL_USERNAME'] ?? '',
    password: environment['KAFKA_SASL_PASSWORD'] ?? '',
  }
  if (mechanism === 'plain') return { mechanism, ...account }
  if (mechanism === 'scram-sha-256') return { mechanism, ...account }
  if (mechanism === 'scram-sha-512') return { mechanism, ...account }
  return undefined
}

/** Whether a broker at the address (`host:port`, comma-separated) tells of its cluster. */
export async function brokerAnswers(
  address: string,
  settings: KafkaSettings = {},
  timeoutMs = 1_000,
): Promise<boolean> {
  mendRequestQueueTimer()
  const admin = new Kafka({
    ...settings,
    clientId: 'tideway-launcher',
    brokers: address.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: timeoutMs,
    requestTimeout: timeoutMs,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    const { brokers } = await admin.describeCluster()
    return brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}
