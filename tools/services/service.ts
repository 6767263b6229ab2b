import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../console/failure.mjs'
import { logEnd, logTail } from '../console/log-tail.ts'
import type { Exit } from '../processes/managed-process.ts'
import { freePort } from '../processes/ports.ts'
import { stopWithinMs, type Roster } from '../processes/roster.ts'
import { workerRoster } from '../testing/worker-roster.ts'
import { root, shown } from '../workspace/paths.mjs'
import type { ProgramName } from './service-names.ts'

/** As in the images: see docs/decisions/0012-room-for-the-heap-to-grow.md. */
const nodeFlags = ['--heap-growing-percent=400']
const pollMs = 100
const requestMs = 2_000
const readyWithinMs = 60_000

export interface ServiceOptions {
  /** Added to this process's environment: KAFKA_BROKERS, MONGODB_URI and whatever else is to differ. */
  env: NodeJS.ProcessEnv
  /** Logs go to `logs/<label>.log` below it. */
  directory: string
  /** What it is called in messages and logs; by default its name. Replicas need different ones. */
  label?: string
  /** By default a free one. */
  port?: number
  /** Its program, below the workspace; by default the build's. */
  main?: string
  /** Opens a channel to it, and is given what it says there. */
  onMessage?: (message: unknown) => void
  roster?: Roster
}

/** One running process of a service. */
export interface Service {
  readonly label: string
  readonly pid: number
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
  readonly logFile: string
  readonly exited: Promise<Exit>
  /** Resolves once `GET /readyz` answers 200. */
  ready(withinMs?: number): Promise<void>
  /** Over the channel that `onMessage` opened. */
  send(message: object): void
  /** SIGSTOP: it does nothing any more until it is to go on. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** SIGTERM, and SIGKILL when it has not ended in 26 s; resolves to the exit code. */
  stop(): Promise<number>
  /** SIGKILL; resolves to the exit code, 137. */
  kill(): Promise<number>
}

const loopback = '127.0.0.1'

/** @throws Failure for an address at which this program would not find what it has started */
export function listenHost({ LISTEN_HOST }: NodeJS.ProcessEnv): string {
  const host = LISTEN_HOST || loopback
  if (host !== loopback && host !== '0.0.0.0') {
    throw new Failure(
      `LISTEN_HOST is "${host}": take ${loopback} for this machine only, or 0.0.0.0 for others, too.`,
    )
  }
  return host
}

/** Runs a service of the build and waits until it is ready. */
export async function startService(name: ProgramName, options: ServiceOptions): Promise<Service> {
  const service = await launchService(name, options)
  try {
    await service.ready()
  } catch (error) {
    await service.kill()
    throw error
  }
  return service
}

/** Runs a service of the build. */
export async function launchService(name: ProgramName, options: ServiceOptions): Promise<Service> {
  const label = options.label ?? name
  const port = options.port ?? (await freePort())
  const logFile = join(options.directory, 'logs', `${label}.log`)
  const logStart = logEnd(logFile)
  const process = (options.roster ?? workerRoster()).launch('service', {
    name: label,
    // The Node that runs this, which is a Node 24.
    command: globalThis.process.execPath,
    args: [...nodeFlags, options.main ?? join('dist', 'apps', name, 'src', 'main.js')],
    cwd: root,
    env: {
      ...globalThis.process.env,
      ...options.env,
      LISTEN_HOST: listenHost(globalThis.process.env),
      PORT: String(port),
    },
    output: { file: logFile },
    ...(options.onMessage && { onMessage: options.onMessage }),
  })
  const url = `http://127.0.0.1:${port}`
  return {
    label,
    pid: process.pid,
    port,
    url,
    logFile,
    exited: process.exited,
    ready: (withinMs = readyWithinMs) =>
      untilReady({ label, url, logFile, logStart, exited: process.exited }, withinMs),
    send: (message) => process.send(message),
    pause: () => process.signal('SIGSTOP'),
    resume: () => process.signal('SIGCONT'),
    stop: async () => (await process.stop(stopWithinMs.service)).code,
    kill: async () => (await process.kill()).code,
  }
}

interface Log {
  logFile: string
  /** Where in it this process began to write. */
  logStart: number
}

async function untilReady(
  service: Pick<Service, 'label' | 'url' | 'exited'> & Log,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await isReady(service.url))) {
    const exit = await Promise.race([service.exited, sleep(pollMs)])
    if (exit) throw failure(service, `ended with exit code ${exit.code} before it was ready`)
    if (Date.now() > deadline) {
      throw failure(service, `was not ready within ${withinMs / 1000} s`)
    }
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(requestMs) })
    await answer.body?.cancel()
    return answer.status === 200
  } catch {
    return false
  }
}

function failure(
  { label, logFile, logStart }: Pick<Service, 'label'> & Log,
  what: string,
): Failure {
  return new Failure(
    `${label} ${what}; the end of its log, ${shown(logFile)}:\n${logTail(logFile, logStart)}`,
  )
}
