import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { deadLetterTopic, type TopicName, topics } from '#contracts'

import { type Service } from '../../tools/services/service.ts'
import { type Operation, type System, until } from './system.js'

/** How long broker or database are away, in milliseconds. */
export const OUTAGE = Number(process.env['TIDEWAY_TEST_OUTAGE_MS'] ?? 60_000)
/** In milliseconds: how soon after the return all goes on as before. */
export const GOES_ON_WITHIN = 10_000

interface Answer {
  /** Of HTTP; 0 when there was no answer. */
  status: number
  /** By `performance.now()`. */
  askedAt: number
  answeredAt: number
  retryAfter: number
  /** Of the operation, when it was accepted. */
  id?: string
}

const NO_ANSWER = { status: 0, retryAfter: 0 }

export interface Readiness {
  status: number
  dependencies: Record<string, { status: 'up' | 'down'; detail?: string }>
}

/** Users are posted at a steady rate until told to stop, whatever the answers are; all of these are kept. */
export class Clients {
  readonly answers: Answer[] = []
  private readonly stopping = new AbortController()
  private readonly working: Promise<void>

  /** @param options.service to whom they post; the first replica, if not said */
  constructor(
    private readonly system: System,
    private readonly options: { perSecond?: number; service?: Service } = {},
  ) {
    this.working = this.work(1_000 / (options.perSecond ?? 20))
  }

  /** Of everything accepted so far. */
  get accepted(): string[] {
    return this.answers.flatMap(({ id }) => id ?? [])
  }

  /** Answers to what was asked since; `performance.now()`. */
  since(time: number): Answer[] {
    return this.answers.filter(({ askedAt }) => askedAt >= time)
  }

  /** The longest time in which nothing was accepted, in milliseconds. */
  get longestGap(): number {
    const times = this.answers
      .filter(({ status }) => status === 202)
      .map(({ answeredAt }) => answeredAt)
      .toSorted((a, b) => a - b)
    return Math.max(0, ...times.slice(1).map((time, index) => time - times[index]!))
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.working
  }

  private async work(pause: number): Promise<void> {
    const asking: Promise<void>[] = []
    for (let count = 0; !this.stopping.signal.aborted; count += 1) {
      asking.push(this.ask(`client ${count}`))
      await sleep(pause)
    }
    await Promise.all(asking)
  }

  private async ask(name: string): Promise<void> {
    const askedAt = performance.now()
    const answer = await this.answerOf(name).catch(() => NO_ANSWER)
    this.answers.push({ askedAt, answeredAt: performance.now(), ...answer })
  }

  private async answerOf(name: string) {
    const response = await this.system.post({ name }, this.options.service)
    const { id } = (await response.json()) as Operation
    return {
      status: response.status,
      retryAfter: Number(response.headers.get('retry-after')),
      ...(response.status === 202 ? { id } : {}),
    }
  }
}

export async function readinessOf({ url }: Service): Promise<Readiness> {
  const response = await fetch(`${url}/readyz`)
  return { ...((await response.json()) as Readiness), status: response.status }
}

export const servicesOf = ({ services }: System): Service[] => Object.values(services).flat()

/** How soon what should go on after an outage did, in seconds. */
export interface Recovery {
  ready: number
  finished: number
  caughtUp: number
}

/**
 * To be called when what was away is back: waits until all services are ready, an operation accepted from now on has
 * ended, and so have those from before.
 */
export async function recovery(
  system: System,
  before: readonly string[],
  within = 60_000,
): Promise<Recovery> {
  const back = performance.now()
  const after = async (work: Promise<unknown>) => {
    await work
    return Math.round(performance.now() - back) / 1_000
  }
  const [ready, finished, caughtUp] = await Promise.all([
    after(Promise.all(servicesOf(system).map((service) => untilReady(service, within)))),
    after(oneFinishes(system, within)),
    after(system.allEnded(before, within)),
  ])
  return { ready, finished, caughtUp }
}

const untilReady = (service: Service, within: number) =>
  until(async () => (await readinessOf(service)).status === 200, within)

async function oneFinishes(system: System, within: number): Promise<void> {
  await until(async () => {
    const response = await system.post({ name: 'after the return' })
    const { id } = (await response.json()) as Operation
    if (response.status !== 202) return false
    await system.allEnded([id], within)
    return true
  }, within)
}

/** How many dead letters there are. */
export async function deadLetters(system: System): Promise<number> {
  const sizes = await Promise.all(
    (Object.keys(topics) as TopicName[]).map((topic) => system.size(deadLetterTopic(topic))),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** Services whose process has ended. */
export async function ended(system: System): Promise<string[]> {
  const labels = servicesOf(system).map(({ label, exited }) =>
    Promise.race([exited.then(() => label), sleep(0, undefined)]),
  )
  return (await Promise.all(labels)).filter((label) => label !== undefined)
}

/** How often a service began anew to consume, or tried to. */
export function attemptsToConsume({ logFile }: Service): number {
  return readFileSync(logFile, 'utf8').split('Waiting for Kafka').length - 1
}
