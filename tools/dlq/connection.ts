import kafkajs, { Kafka, logLevel, type Admin } from 'kafkajs'
import { mendRequestQueueTimer } from '../../libs/kafka/src/kafkajs-faults.ts'
import { Failure } from '../console/failure.mjs'
import { brokerAnswers, kafkaSettingsOf } from '../infrastructure/kafka-answers.ts'
import { isRunning } from '../processes/process-identity.mjs'
import { readRunState, startStateFile } from '../processes/run-state.ts'

export interface Connection {
  kafka: Kafka
  admin: Admin
}

/**
 * Where the broker is: KAFKA_BROKERS says so, else the `npm start` that runs.
 *
 * @throws Failure when there is none
 */
export function brokerAddress(
  environment: NodeJS.ProcessEnv,
  stateFile: string = startStateFile,
): string {
  const named = environment['KAFKA_BROKERS']
  if (named) return named
  const state = readRunState(stateFile)
  if (state?.broker !== undefined && isRunning(state.launcher)) return state.broker
  throw new Failure(
    'There is no broker to ask: run npm start in another terminal, or set KAFKA_BROKERS.',
  )
}

/** @throws Failure when the broker cannot be had, or does not do what it is asked */
export async function withKafka<Result>(
  environment: NodeJS.ProcessEnv,
  use: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const address = brokerAddress(environment)
  const settings = kafkaSettingsOf(environment)
  if (!(await brokerAnswers(address, settings, 5_000))) {
    throw new Failure(
      `No broker answers at ${address}: start it, or set KAFKA_BROKERS, and KAFKA_SSL and KAFKA_SASL_* where it wants them.`,
    )
  }
  mendRequestQueueTimer()
  const kafka = new Kafka({
    ...settings,
    clientId: 'tideway-dlq',
    brokers: address.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    return await use({ kafka, admin })
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSError)) throw error
    throw new Failure(`Kafka at ${address} did not do it: ${error.message}`, { cause: error })
  } finally {
    await admin.disconnect()
  }
}
