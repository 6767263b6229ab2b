import { join } from 'node:path'
import { probe } from '../processes/probe.ts'

const oldest = 17

/** The `java` to run, of JAVA_HOME or else the PATH; undefined when there is none that is new enough. */
export async function findJava(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME']
  for (const java of [...(home ? [join(home, 'bin', 'java')] : []), 'java']) {
    const { succeeded, output } = await probe(java, ['-version'])
    if (succeeded && javaMajor(output) >= oldest) return java
  }
  return undefined
}

/** @returns the 17 of `openjdk version "17.0.15" 2025-04-15`; 0 when there is none */
export function javaMajor(versionOutput: string): number {
  return Number(/version "(\d+)/.exec(versionOutput)?.[1] ?? 0)
}
