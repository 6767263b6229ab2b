/** A topic that takes nothing for a moment, while it gets a new leader for example, is nobody's concern. Milliseconds. */
const TOLD_AFTER = 3_000
/** Whoever publishes tries again sooner, so that after so long nobody is left who wants to. Milliseconds. */
const FORGOTTEN_AFTER = 30_000

interface Refusal {
  since: number
  latest: number
  why: string
}

/** Knows which topics take no messages for the time being. */
export class Refusals {
  private readonly byTopic = new Map<string, Refusal>()

  /** @param now milliseconds, growing */
  constructor(private readonly now: () => number = () => performance.now()) {}

  refused(topic: string, error: unknown): void {
    const now = this.now()
    this.byTopic.set(topic, {
      since: this.current(topic)?.since ?? now,
      latest: now,
      why: reason(error),
    })
  }

  taken(topic: string): void {
    this.byTopic.delete(topic)
  }

  /** Each topic that has taken nothing for some time, and the last reason, in words without addresses. */
  get lasting(): { topic: string; why: string }[] {
    return [...this.byTopic.keys()].flatMap((topic) => {
      const refusal = this.current(topic)
      const isLasting = refusal && this.now() - refusal.since >= TOLD_AFTER
      return isLasting ? [{ topic, why: refusal.why }] : []
    })
  }

  private current(topic: string): Refusal | undefined {
    const refusal = this.byTopic.get(topic)
    return refusal && this.now() - refusal.latest < FORGOTTEN_AFTER ? refusal : undefined
  }
}

/** Kafka's name for the error, else kafkajs' class; kafkajs wraps what ended its retries. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('type' in error && typeof error.type === 'string') return error.type
  return error.cause instanceof Error ? reason(error.cause) : error.name
}
