import { setTimeout as sleep } from 'node:timers/promises'

const tick = 20
/** Every so manyth user is one that is rejected. */
const rejectEvery = 9
/** Longer than any answer should take; a replica that sleeps answers nobody. */
const answerWithin = 10_000
/** Every so manyth request has an Idempotency-Key, and is repeated until it is answered. */
const keyEvery = 2
/** Some that were answered are repeated all the same. */
const againEvery = 10
/** The wait before a repetition: doubled each time, up to the latter. */
const repeatAfter = { first: 1_000, most: 16_000 }
/** A key of which the operation could not be stored for a whole minute stands for another one after three. */
const repeatWithin = 240_000
/** Requests that are repeated at a time; more would be a storm after each outage, which is another test than this one. */
const mostRepeating = 500

/** Users created at a steady rate, whatever the answers do, of one replica after the other; each has a name of its own. */
export class Load {
  /** The ids of every operation that a client was told of. */
  readonly accepted: string[] = []
  /** Requests sent once more with their key. */
  repeated = 0
  /** What was answered to a repeated request and must not be, in sentences. */
  readonly contradicted: string[] = []
  /** 503s, and 408s. */
  refused = 0
  /** No answer, by the reason. */
  readonly unanswered: Record<string, number> = {}
  /** Answers that there must not be: any other status. */
  readonly wrong: Record<string, number> = {}
  private readonly urls: readonly string[]
  private readonly rate: number
  private readonly stopping = new AbortController()
  private readonly underWay = new Set<Promise<void>>()
  private working: Promise<void> | undefined
  private sent = 0
  private readonly repeating = new Set<number>()

  /** @param urls of the replicas @param rate users a second */
  constructor(urls: readonly string[], rate: number) {
    this.urls = urls
    this.rate = rate
  }

  start(): void {
    this.working = this.work()
  }

  /** Sends nothing more, and waits for the answers that are still to come. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.working
    await Promise.all(this.underWay)
  }

  private async work(): Promise<void> {
    const startedAt = performance.now()
    while (!this.stopping.signal.aborted) {
      const due = ((performance.now() - startedAt) / 1_000) * this.rate
      while (this.sent < due) this.send()
      await sleep(tick)
    }
  }

  private send(): void {
    this.sent += 1
    const number = this.sent
    const name = `${number % rejectEvery === 0 ? 'reject' : 'user'} ${number}`
    const hasKey = number % keyEvery === 0 && this.repeating.size < mostRepeating
    const request = hasKey ? this.createByKey(name, number) : this.createOnce(name, number)
    this.underWay.add(request)
    void request.then(() => {
      this.underWay.delete(request)
      this.repeating.delete(number)
    })
  }

  private async createOnce(name: string, number: number): Promise<void> {
    const id = await this.create(this.replica(number), name)
    if (id !== undefined) this.accepted.push(id)
  }

  /** As a client that must have its user, and one only: the same request, to one replica after the other, until the end. */
  private async createByKey(name: string, number: number): Promise<void> {
    const end = performance.now() + repeatWithin
    for (let repetition = 0; ; repetition += 1) {
      const replica = this.replica(number + repetition)
      const id = await this.create(replica, name, name)
      if (id !== undefined) {
        this.accepted.push(id)
        if (number % (keyEvery * againEvery) === 0) await this.askAgain(name, number + 1, id)
        return
      }
      if (performance.now() > end) {
        this.contradicted.push(`The request with the key "${name}" was not answered in time`)
        return
      }
      this.repeating.add(number)
      const { signal } = this.stopping
      const wait = Math.min(repeatAfter.first * 2 ** repetition, repeatAfter.most)
      await sleep(wait, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      this.repeated += 1
    }
  }

  private async askAgain(name: string, number: number, before: string): Promise<void> {
    const id = await this.create(this.replica(number), name, name)
    this.repeated += 1
    if (id !== undefined && id !== before) {
      this.contradicted.push(`The key "${name}" stood for ${before}, then for ${id}`)
    }
  }

  private replica(number: number): string {
    return this.urls[number % this.urls.length]!
  }

  /** @returns the operation's id, if the answer told it */
  private async create(url: string, name: string, key?: string): Promise<string | undefined> {
    try {
      const response = await fetch(`${url}/users`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(key === undefined ? {} : { 'idempotency-key': `"${key}"` }),
        },
        body: JSON.stringify({ name }),
        signal: AbortSignal.timeout(answerWithin),
      })
      const body = await response.text()
      const isReplay = response.status === 200 && key !== undefined
      if (response.status === 202 || isReplay) return (JSON.parse(body) as { id: string }).id
      // 408: it, or its client, slept while the request was on its way.
      if (response.status === 503 || response.status === 408) this.refused += 1
      else count(this.wrong, String(response.status))
    } catch (error) {
      count(this.unanswered, reasonOf(error))
    }
    return undefined
  }
}

function count(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1
}

/** Of fetch, which wraps what happened: the innermost code, or the name. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return reasonOf(error.cause)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
