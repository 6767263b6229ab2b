import { Failure } from '../console/failure.mjs'
import { brokerAnswers, kafkaSettingsOf } from './kafka-answers.ts'
import { kafkaImage, kafkaInDocker } from './kafka-in-docker.ts'
import { findKafkaNatively, nativeKafka } from './kafka-native.ts'
import type { ServerOptions } from './options.ts'
import { startOwnServer } from './own-server.ts'
import { ForeignServer, type Server } from './server.ts'

export interface Broker extends Server {
  /** `host:port`; several, comma-separated, when the environment names several. */
  readonly address: string
}

/**
 * A Kafka broker that answers: the environment's (KAFKA_BROKERS), else one in Docker, else one run from
 * Kafka's jars.
 *
 * @throws Failure when none can be had, with what to install
 */
export async function startBroker(options: ServerOptions): Promise<Broker> {
  const environment = options.environment ?? process.env
  const brokers = environment['KAFKA_BROKERS']
  if (brokers && !options.own) return foreignBroker(brokers, environment)
  const { server, port } = await startOwnServer(kafka, options)
  return Object.assign(server, { address: `127.0.0.1:${port}` })
}

const kafka = {
  name: 'broker',
  image: kafkaImage,
  inDocker: kafkaInDocker,
  findNatively: findKafkaNatively,
  natively: nativeKafka,
  remedy: 'start Docker, or install Java 17 and Maven, or set KAFKA_BROKERS',
} as const

async function foreignBroker(address: string, environment: NodeJS.ProcessEnv): Promise<Broker> {
  if (!(await brokerAnswers(address, kafkaSettingsOf(environment), 5_000))) {
    throw new Failure(
      `No broker answers at ${address}, which KAFKA_BROKERS names: start it, or unset KAFKA_BROKERS to have one started.`,
    )
  }
  return Object.assign(new ForeignServer('broker'), { address })
}
