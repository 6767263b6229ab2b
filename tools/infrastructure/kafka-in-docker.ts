import { join } from 'node:path'
import { dockerName, runContainer } from './docker.ts'
import { brokerAnswers } from './kafka-answers.ts'
import { singleBroker } from './kafka-native.ts'
import type { ServerPlan, ServerRun } from './server.ts'

export const kafkaImage = 'apache/kafka:4.1.0'

const data = '/var/lib/kafka/data'

/** One container that is broker and controller; clients of this machine reach it on 127.0.0.1. */
export function kafkaInDocker(run: ServerRun): ServerPlan {
  const logFile = join(run.directory, 'logs', 'broker.log')
  return {
    name: 'broker',
    origin: 'docker',
    logFile,
    launch: () =>
      runContainer(run.roster, {
        role: 'broker',
        name: dockerName(run.directory, 'broker'),
        image: kafkaImage,
        port: { host: run.port, container: 9092 },
        data,
        environment: {
          ...asImageSettings(settings(run.port)),
          KAFKA_HEAP_OPTS: run.footprint === 'small' ? '-Xms96m -Xmx384m' : '-Xms256m -Xmx1g',
        },
        directory: run.directory,
        logFile,
      }),
    answers: () => brokerAnswers(`127.0.0.1:${run.port}`),
  }
}

/** Two listeners, because the address for this machine's clients is none inside the container. */
function settings(port: number) {
  return {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'CLIENTS://0.0.0.0:9092,INTERNAL://localhost:9094,CONTROLLER://localhost:9093',
    'advertised.listeners': `CLIENTS://127.0.0.1:${port},INTERNAL://localhost:9094`,
    'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'INTERNAL',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    ...singleBroker,
  }
}

/** The image takes `a.b` as the variable `KAFKA_A_B`. */
export function asImageSettings(
  properties: Record<string, string | number | boolean>,
): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
      value,
    ]),
  )
}
