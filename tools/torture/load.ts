import { setTimeout as sleep } from 'node:timers/promises'

const tick = 20
/** Every so manyth user is one that is rejected. */
const rejectEvery = 10
/** Longer than any answer should take; a replica that sleeps answers nobody. */
const answerWithin = 10_000

/** Users created at a steady rate, whatever the answers do, of one replica after the other. Nothing is tried again. */
export class Load {
  /** The ids of every 202. */
  readonly accepted: string[] = []
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
    const url = this.urls[this.sent % this.urls.length]!
    this.sent += 1
    const kind = this.sent % rejectEvery === 0 ? 'reject' : 'user'
    const request = this.create(url, `${kind} ${this.sent}`)
    this.underWay.add(request)
    void request.then(() => this.underWay.delete(request))
  }

  private async create(url: string, name: string): Promise<void> {
    try {
      const response = await fetch(`${url}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name }),
        signal: AbortSignal.timeout(answerWithin),
      })
      const body = await response.text()
      if (response.status === 202) this.accepted.push((JSON.parse(body) as { id: string }).id)
      // 408: it, or its client, slept while the request was on its way.
      else if (response.status === 503 || response.status === 408) this.refused += 1
      else count(this.wrong, String(response.status))
    } catch (error) {
      count(this.unanswered, reasonOf(error))
    }
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
