import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { freePort } from '../processes/ports.ts'
import type { Roster } from '../processes/roster.ts'
import { runTool } from '../processes/run-tool.ts'
import type { Found } from './found.ts'
import { findJava } from './java.ts'
import { brokerAnswers } from './kafka-answers.ts'
import { findKafkaJars } from './kafka-jars.ts'
import { clusterId, javaMemory, serverProperties } from './kafka-settings.ts'
import type { ServerPlan, ServerRun } from './server.ts'

const loggingFile = join(import.meta.dirname, '..', 'kafka', 'log4j2.properties')

/** What running Kafka without Docker takes. */
export interface NativeKafka {
  /** The program. */
  java: string
  /** The directory with Kafka's jars. */
  jars: string
}

export async function findKafkaNatively(roster: Roster): Promise<Found<NativeKafka>> {
  const java = await findJava()
  if (java === undefined) return { isThere: false, reason: 'no Java 17 (or newer) was found' }
  const jars = await findKafkaJars(roster)
  if (jars === undefined) {
    return { isThere: false, reason: "no Maven was found to fetch Kafka's jars" }
  }
  return { isThere: true, java, jars }
}

/** Listens on loopback only. */
export function nativeKafka(run: ServerRun & NativeKafka): ServerPlan {
  const home = join(run.directory, 'broker')
  const data = join(home, 'data')
  const propertiesFile = join(home, 'server.properties')
  const logFile = join(run.directory, 'logs', 'broker.log')
  const address = `127.0.0.1:${run.port}`
  return {
    name: 'broker',
    origin: 'native',
    logFile,
    launch: async () => {
      mkdirSync(data, { recursive: true })
      writeFileSync(propertiesFile, serverProperties(await addressesOf(run, address), data))
      if (!existsSync(join(data, 'meta.properties'))) await formatStorage(run, propertiesFile)
      return run.roster.launch('broker', {
        name: 'broker',
        ...javaRun(run, 'kafka.Kafka', [propertiesFile]),
        output: { file: logFile },
      })
    },
    answers: () => brokerAnswers(address),
  }
}

async function addressesOf({ entrances }: ServerRun, address: string) {
  return {
    listen: address,
    advertised: address,
    internal: `127.0.0.1:${await freePort()}`,
    controller: `127.0.0.1:${await freePort()}`,
    entrances: entrances.map(({ port, advertised }) => ({
      listen: `127.0.0.1:${port}`,
      advertised: `127.0.0.1:${advertised}`,
    })),
  }
}

async function formatStorage(run: ServerRun & NativeKafka, propertiesFile: string): Promise<void> {
  const args = ['format', `--cluster-id=${clusterId}`, `--config=${propertiesFile}`]
  const { succeeded, tail } = await runTool(run.roster, {
    name: 'storage format',
    ...javaRun(run, 'kafka.tools.StorageTool', args),
  })
  if (!succeeded) throw new Failure(`Kafka could not format its storage: ${tail.join(' ')}`)
}

function javaRun(run: ServerRun & NativeKafka, mainClass: string, args: string[]) {
  return {
    command: run.java,
    args: [
      ...javaMemory[run.footprint],
      `-Dlog4j2.configurationFile=${loggingFile}`,
      '-cp',
      join(run.jars, '*'),
      mainClass,
      ...args,
    ],
  }
}
