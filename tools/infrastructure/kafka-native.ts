import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { freePort } from '../processes/ports.ts'
import { runTool } from '../processes/run-tool.ts'
import type { Roster } from '../processes/roster.ts'
import { findJava } from './java.ts'
import { brokerAnswers } from './kafka-answers.ts'
import { findKafkaJars } from './kafka-jars.ts'
import type { Found } from './found.ts'
import type { ServerPlan, ServerRun } from './server.ts'

const clusterId = 'TidewayLocalCluster_00'
const loggingFile = join(import.meta.dirname, '..', 'kafka', 'log4j2.properties')

/** What running Kafka without Docker takes. */
export interface NativeKafka {
  java: string
  jars: string
}

export async function findKafkaNatively(roster: Roster): Promise<Found<NativeKafka>> {
  const java = await findJava()
  if (java === undefined) return { isThere: false, reason: 'no Java 17 (or newer) was found' }
  const jars = await findKafkaJars(roster)
  if (jars === undefined)
    return { isThere: false, reason: "no Maven was found to fetch Kafka's jars" }
  return { isThere: true, java, jars }
}

/** One process that is broker and controller, on loopback only. */
export function nativeKafka(run: ServerRun & NativeKafka): ServerPlan {
  const home = join(run.directory, 'broker')
  const settingsFile = join(home, 'server.properties')
  const data = join(home, 'data')
  const logFile = join(run.directory, 'logs', 'broker.log')
  const java = (mainClass: string, args: string[], options: string[] = []) => ({
    command: run.java,
    args: [
      ...options,
      `-Dlog4j2.configurationFile=${loggingFile}`,
      '-cp',
      join(run.jars, '*'),
      mainClass,
      ...args,
    ],
  })
  return {
    name: 'broker',
    origin: 'native',
    logFile,
    launch: async () => {
      mkdirSync(data, { recursive: true })
      writeFileSync(settingsFile, settings(run.port, await freePort(), data))
      if (!existsSync(join(data, 'meta.properties'))) {
        const format = java('kafka.tools.StorageTool', [
          'format',
          `--cluster-id=${clusterId}`,
          `--config=${settingsFile}`,
        ])
        const { succeeded, tail } = await runTool(run.roster, { name: 'storage format', ...format })
        if (!succeeded) throw new Failure(`Kafka could not format its storage: ${tail.join(' ')}`)
      }
      return run.roster.launch('broker', {
        name: 'broker',
        ...java('kafka.Kafka', [settingsFile], memory[run.footprint]),
        output: { file: logFile },
      })
    },
    answers: () => brokerAnswers(`127.0.0.1:${run.port}`),
  }
}

const memory = {
  normal: ['-Xms256m', '-Xmx1g', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20'],
  small: ['-Xms96m', '-Xmx384m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'],
}

function settings(port: number, controllerPort: number, data: string): string {
  return Object.entries({
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `CLIENTS://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `CLIENTS://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'CLIENTS',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': data,
    ...singleBroker,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('')
}

/** What follows from there being one broker, and the same for both ways to run it. */
export const singleBroker = {
  'auto.create.topics.enable': false,
  'offsets.topic.replication.factor': 1,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  'group.initial.rebalance.delay.ms': 0,
}
