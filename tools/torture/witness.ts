import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import type { MongoClient } from './rig.ts'
import { storesOf, type Stored } from './stores.ts'

const every = 3_000
/** Operations looked at in the database each time, and by HTTP. */
const stored = 100
const asked = 10

/** What was seen to be final, to be compared with what is there in the end. */
export interface Seen {
  /** Whole records, as JSON, by their id. */
  outcomes: Map<string, string>
  decisions: Map<string, string>
  /** Bodies of `GET /operations/{id}`. */
  answers: Map<string, string>
}

/** Looks, while faults happen, at what is final by then. */
export class Witness {
  readonly seen: Seen = { outcomes: new Map(), decisions: new Map(), answers: new Map() }
  private readonly client: MongoClient
  private readonly urls: readonly string[]
  private readonly accepted: readonly string[]
  private readonly random: Random
  private readonly stopping = new AbortController()
  private working: Promise<void> | undefined

  /** @param urls of operation-service @param accepted grows meanwhile */
  constructor(
    client: MongoClient,
    urls: readonly string[],
    accepted: readonly string[],
    random: Random,
  ) {
    this.client = client
    this.urls = urls
    this.accepted = accepted
    this.random = random
  }

  start(): void {
    this.working = this.work()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.working
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      if (this.accepted.length > 0) await Promise.all([this.lookAtRecords(), this.askForAnswers()])
      await sleep(every, undefined, { signal }).catch(() => undefined)
    }
  }

  private async lookAtRecords(): Promise<void> {
    const { outcomes, decisions } = storesOf(this.client)
    const ids = this.some(stored)
    try {
      for await (const record of outcomes.find({ _id: { $in: ids } })) {
        remember(this.seen.outcomes, record)
      }
      for await (const record of decisions.find({ _id: { $in: ids } })) {
        remember(this.seen.decisions, record)
      }
    } catch {
      // The database is away.
    }
  }

  private async askForAnswers(): Promise<void> {
    for (const id of this.some(asked)) {
      const answer = await askFor(this.random.pick(this.urls), `operations/${id}`)
      if (answer === undefined || answer['state'] === 'pending') continue
      if (!this.seen.answers.has(id)) this.seen.answers.set(id, JSON.stringify(answer))
    }
  }

  private some(count: number): string[] {
    return Array.from({ length: count }, () => this.random.pick(this.accepted))
  }
}

/** What a service says; undefined when it says nothing good. */
export async function askFor(
  url: string,
  path: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const response = await fetch(`${url}/${path}`, { signal: AbortSignal.timeout(3_000) })
    const body = await response.text()
    return response.ok ? (JSON.parse(body) as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function remember(memory: Map<string, string>, record: Stored): void {
  if (!memory.has(record._id)) memory.set(record._id, JSON.stringify(record))
}
