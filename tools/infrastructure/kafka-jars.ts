import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Failure } from '../console/failure.mjs'
import { withProgress } from '../console/progress.ts'
import { probe } from '../processes/probe.ts'
import type { Roster } from '../processes/roster.ts'
import { runTool } from '../processes/run-tool.ts'
import { downloaded } from './downloads.ts'

const pom = join(import.meta.dirname, '..', 'kafka', 'pom.xml')

/**
 * The directory with the jars that the pom pins, fetched by Maven once.
 *
 * @returns undefined when they are not there and neither is Maven
 * @throws Failure when Maven cannot fetch them
 */
export async function findKafkaJars(roster: Roster): Promise<string | undefined> {
  const name = `kafka-${createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 8)}`
  return downloaded(name, async (directory) => {
    if ((await probe('mvn', ['--version'])).isMissing) return false
    await fetchJars(directory, roster)
    return true
  })
}

async function fetchJars(directory: string, roster: Roster): Promise<void> {
  let fetched = 0
  await withProgress(
    "Fetching Kafka's jars with Maven (43 MB, once)",
    async () => {
      const { succeeded, tail } = await runTool(roster, {
        name: 'Maven',
        command: 'mvn',
        args: [
          '--batch-mode',
          `--file=${pom}`,
          'dependency:copy-dependencies',
          '-DincludeScope=runtime',
          `-DoutputDirectory=${directory}`,
        ],
        onLine: (line) => {
          if (/Downloaded from .*\.jar/.test(line)) fetched += 1
        },
      })
      if (!succeeded) throw new Failure(mavenFailure(tail))
    },
    () => `${Math.max(fetched, readdirSync(directory).length)} jars`,
  )
}

/** @param tail the last lines of Maven's output, of which the first error says what it was */
export function mavenFailure(tail: string[]): string {
  const error = tail.find((line) => line.includes('[ERROR]'))?.replace(/^.*\[ERROR\]\s*/, '')
  return `Maven could not fetch Kafka's jars (${error ?? 'it gave no reason'}): check the network and run the command again, or start Docker, or set KAFKA_BROKERS.`
}
