import { cpus } from 'node:os'
import pidusage from 'pidusage'
import { probe } from '../processes/probe.ts'
import { dockerName } from '../infrastructure/docker.ts'
import type { Server } from '../infrastructure/server.ts'
import type { ProcessCost } from './report.ts'

/** Processor time in milliseconds since the process began, and resident memory in bytes. */
export interface Usage {
  cpu: number
  memory: number
}

/** Reads what processes use, by their names; a process that is not there any more is left out. */
export async function usageOf(pids: Record<string, number>): Promise<Record<string, Usage>> {
  const usages: Record<string, Usage> = {}
  for (const [name, pid] of Object.entries(pids)) {
    try {
      const { ctime, memory } = await pidusage(pid)
      usages[name] = { cpu: ctime, memory }
    } catch {
      // It has ended: its share is what was read before.
    }
  }
  return usages
}

/** What lies between two readings. */
export function costsBetween(
  first: Record<string, Usage>,
  last: Record<string, Usage>,
  most: Record<string, number>,
  seconds: number,
  events: number,
): ProcessCost[] {
  return Object.entries(last).flatMap(([name, usage]) => {
    const before = first[name]
    if (!before) return []
    const cpu = usage.cpu - before.cpu
    return [
      {
        name,
        cores: cpu / 1_000 / seconds,
        cpuPerEvent: events === 0 ? 0 : (cpu * 1_000) / events,
        memory: { first: before.memory, last: usage.memory, most: most[name] ?? usage.memory },
      },
    ]
  })
}

/** The process that does a server's work, which in Docker is not the one that was launched. */
export async function pidOf(server: Server, directory: string): Promise<number | undefined> {
  if (server.origin !== 'docker') return server.pid
  const name = dockerName(directory, server.name)
  const { succeeded, output } = await probe('docker', ['inspect', '-f', '{{.State.Pid}}', name])
  // Where containers run in a virtual machine, the number means nothing here.
  return succeeded && process.platform === 'linux' ? Number(output) : undefined
}

/** Processor time of the whole machine so far, in milliseconds, over all cores. */
export function busyCpu(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
}
