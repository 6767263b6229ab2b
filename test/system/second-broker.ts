import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { type TopicName } from '#contracts'

import { brokerAnswers } from '../../tools/infrastructure/kafka-answers.ts'
import { findKafkaNatively } from '../../tools/infrastructure/kafka-native.ts'
import { clusterId, javaMemory } from '../../tools/infrastructure/kafka-settings.ts'
import { freePort } from '../../tools/processes/ports.ts'
import { probe } from '../../tools/processes/probe.ts'
import { workerRoster } from '../../tools/testing/worker-roster.ts'
import { type System, until } from './system.js'

const [FIRST, SECOND] = [1, 2]

/** A second broker, in the cluster of a system whose first one runs natively. */
export interface SecondBroker {
  /** SIGTERM. */
  stop(): Promise<unknown>
}

/** @returns a broker that answers; a sentence where none can be had */
export async function startSecondBroker({
  broker,
  directory,
}: System): Promise<SecondBroker | string> {
  if (broker.origin !== 'native') {
    return 'The broker runs in Docker, and a second one only beside a native one: TIDEWAY_INFRASTRUCTURE=native.'
  }
  const roster = workerRoster()
  const found = await findKafkaNatively(roster)
  if (!found.isThere) return `There is no second broker: ${found.reason}.`
  const home = join(directory, 'second-broker')
  mkdirSync(home)
  const properties = join(home, 'server.properties')
  const address = `127.0.0.1:${await freePort()}`
  writeFileSync(properties, await serverProperties(directory, home, address))
  const java = (...args: string[]) => [...javaMemory.small, '-cp', join(found.jars, '*'), ...args]
  const formatting = ['format', `--cluster-id=${clusterId}`, `--config=${properties}`]
  const formatted = await probe(found.java, java('kafka.tools.StorageTool', ...formatting))
  if (!formatted.succeeded) throw new Error(formatted.output)
  const second = roster.launch('broker', {
    name: 'second broker',
    command: found.java,
    args: java('kafka.Kafka', properties),
    output: { file: join(directory, 'logs', 'second-broker.log') },
  })
  await until(() => brokerAnswers(address))
  return { stop: () => second.stop(30_000) }
}

async function serverProperties(directory: string, home: string, address: string): Promise<string> {
  const first = readFileSync(join(directory, 'broker', 'server.properties'), 'utf8')
  const voters = first.split('\n').find((line) => line.startsWith('controller.quorum.voters='))
  const listeners = `CLIENTS://${address},INTERNAL://127.0.0.1:${await freePort()}`
  return [
    'process.roles=broker',
    `node.id=${SECOND}`,
    voters,
    `listeners=${listeners}`,
    `advertised.listeners=${listeners}`,
    'listener.security.protocol.map=CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name=INTERNAL',
    'controller.listener.names=CONTROLLER',
    `log.dirs=${join(home, 'data')}`,
    '',
  ].join('\n')
}

/** Gives the partitions of a topic a second, in-sync replica; the first broker goes on leading them. */
export async function replicate({ kafka }: System, topic: TopicName): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  try {
    const partitions = async () => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
      return topics[0]!.partitions
    }
    const partitionAssignment = (await partitions()).map(({ partitionId }) => ({
      partition: partitionId,
      replicas: [FIRST, SECOND],
    }))
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] })
    await until(async () => (await partitions()).every(({ isr }) => isr.length === 2))
  } finally {
    await admin.disconnect()
  }
}
