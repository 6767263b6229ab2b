import type { Controls, Decision, Sample, ScalerFacts, ServiceName } from '../src/console.api.js'

/** What an approval replica decides in a second. */
const APPROVALS_PER_SECOND = 5
const START_SECONDS = 2

export const scalerFacts: ScalerFacts = {
  target: 25,
  minReplicas: 1,
  maxReplicas: 12,
  syncPeriod: 5,
}

const oneOfEach = (): Record<ServiceName, number> => ({
  'operation-service': 1,
  'user-service': 1,
  'user-approval-service': 1,
})

/** The system as the console sees it, without any of it: whatever is asked for happens as it would, second by second. */
export class Story {
  readonly controls: Controls = {
    load: { usersPerSecond: 0 },
    scaler: { enabled: true },
    approval: { paused: false },
    replicas: oneOfEach(),
    managesReplicas: true,
  }
  #begin: Date
  #second = 0
  #approving = 0
  #waiting = 0
  #ready = oneOfEach()
  #startedFor = oneOfEach()
  #books = { accepted: 0, completed: 0, failed: 0 }
  #poisoned = 0
  #lastChange = 0

  constructor(begin: Date) {
    this.#begin = begin
  }

  poison(): void {
    this.#poisoned++
  }

  /** A second goes by. */
  tick(): { sample: Sample; decision: Decision | undefined } {
    this.#second++
    const { usersPerSecond } = this.controls.load
    const users = usersPerSecond === 0 ? 0 : Math.round(usersPerSecond + this.#wave(usersPerSecond))
    this.#startReplicas()
    const capacity = this.controls.approval.paused
      ? 0
      : APPROVALS_PER_SECOND * this.#ready['user-approval-service']
    this.#approving += users
    const decided = Math.min(this.#approving, capacity)
    this.#waiting = this.#approving
    this.#approving -= decided
    this.#books.accepted += users
    const failed = (this.#books.completed + decided) % 40 < decided && decided > 0 ? 1 : 0
    this.#books.failed += failed
    this.#books.completed += decided - failed
    const decision = this.#second % scalerFacts.syncPeriod === 0 ? this.#decide() : undefined
    return { sample: this.#sample(users, decided, capacity), decision }
  }

  get #at(): string {
    return new Date(this.#begin.getTime() + this.#second * 1_000).toISOString()
  }

  #wave(size: number): number {
    return Math.sin(this.#second * 1.7) * size * 0.06 + Math.sin(this.#second * 0.31) * size * 0.03
  }

  #startReplicas(): void {
    for (const [name, wanted] of Object.entries(this.controls.replicas)) {
      const service = name as ServiceName
      if (wanted < this.#ready[service]) this.#ready[service] = wanted
      this.#startedFor[service] = wanted > this.#ready[service] ? this.#startedFor[service] + 1 : 0
      if (this.#startedFor[service] > START_SECONDS) this.#ready[service] = wanted
    }
  }

  #sample(users: number, decided: number, capacity: number): Sample {
    const { accepted, completed, failed } = this.#books
    const wait = capacity === 0 ? 0 : this.#waiting / capacity
    const replicas = Object.fromEntries(
      Object.entries(this.controls.replicas).map(([name, wanted]) => [
        name,
        { wanted, ready: this.#ready[name as ServiceName] },
      ]),
    ) as Sample['replicas']
    const requests = Object.values(replicas).reduce((sum, { ready }) => sum + ready, 0)
    return {
      at: this.#at,
      eventsPerSecond: users * 2 + decided * 2,
      usersPerSecond: users,
      lag: {
        'user-create': Math.round(users * 0.2),
        'user-approve': this.#waiting,
        'user-approve-response': Math.round(decided * 0.15),
        'user-create-response': Math.round(decided * 0.3),
      },
      replicas,
      nodes: Math.ceil(requests / 4),
      latency:
        decided === 0
          ? null
          : { p50: 0.21 + wait * 0.8, p99: 0.26 + wait * 1.15 + Math.abs(this.#wave(1)) },
      books: {
        accepted,
        completed,
        failed,
        pending: accepted - completed - failed,
        unpublished: Math.round(users * 0.05),
        oldestPending: accepted === completed + failed ? null : 0.2 + wait,
      },
      deadLetters: this.#poisoned,
    }
  }

  #decide(): Decision {
    const { replicas, scaler } = this.controls
    const { target, minReplicas, maxReplicas } = scalerFacts
    const current = replicas['user-approval-service']
    const lag = this.#approving
    const asked = Math.ceil(lag / target)
    const bounded = Math.min(maxReplicas, Math.max(minReplicas, asked))
    const isEarly = bounded < current && this.#second - this.#lastChange < 30
    const wanted = bounded < current ? current - 1 : Math.min(bounded, current * 2)
    const next = !scaler.enabled || isEarly ? current : wanted
    if (next !== current) this.#lastChange = this.#second
    replicas['user-approval-service'] = next
    return { at: this.#at, lag, current, replicas: next, explanation: explain(lag, current, next) }
  }
}

function explain(lag: number, current: number, next: number): string {
  const { target } = scalerFacts
  const ratio = Math.round((lag / target / current) * 100) / 100
  const outcome =
    next === current ? `It stays at ${current} replicas.` : `From ${current} to ${next} replicas.`
  const limit =
    next < Math.ceil(lag / target)
      ? ` The policy of 100 % more in 5 s allows ${next} for now.`
      : next > Math.ceil(lag / target)
        ? ` As many as ${next} were asked for in the last 30 s, so no fewer for now.`
        : ''
  return `The lag is ${lag} against ${target} a replica, ${ratio} times what the target allows: ${lag} / ${target} asks for ${Math.ceil(lag / target)}.${limit} ${outcome}`
}
