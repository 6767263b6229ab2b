import { join } from 'node:path'
import { dockerName, runContainer } from './docker.ts'
import { brokerAnswers } from './kafka-answers.ts'
import { clusterId, javaMemory, serverProperties } from './kafka-settings.ts'
import type { ServerPlan, ServerRun } from './server.ts'

export const kafkaImage = 'apache/kafka:4.1.0'

const data = '/var/lib/kafka/data'

/** One container; clients of this machine reach it on 127.0.0.1. */
export function kafkaInDocker(run: ServerRun): ServerPlan {
  const logFile = join(run.directory, 'logs', 'broker.log')
  const address = `127.0.0.1:${run.port}`
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
        furtherPorts: run.entrances.map(({ port }) => port),
        directory: run.directory,
        data,
        environment: {
          SERVER_PROPERTIES: serverProperties(
            {
              listen: '0.0.0.0:9092',
              advertised: address,
              internal: 'localhost:9094',
              controller: 'localhost:9093',
              entrances: run.entrances.map(({ port, advertised: proxied }) => ({
                listen: `0.0.0.0:${port}`,
                advertised: `127.0.0.1:${proxied}`,
              })),
            },
            data,
          ),
          MEMORY: javaMemory[run.footprint].join(' '),
        },
        args: ['sh', '-c', script],
        logFile,
      }),
    answers: () => brokerAnswers(address),
  }
}

/**
 * Not the image's own start script, which formats the storage at every start and, depending on the build,
 * fails where that was done before: this container is started again on the same data.
 */
const script = `
set -e
export CLASSPATH='/opt/kafka/libs/*'
printf %s "$SERVER_PROPERTIES" > /tmp/server.properties
[ -f ${data}/meta.properties ] ||
  java $MEMORY kafka.tools.StorageTool format --cluster-id=${clusterId} --config=/tmp/server.properties
exec java $MEMORY -Dlog4j2.level=WARN kafka.Kafka /tmp/server.properties
`
