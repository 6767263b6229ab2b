import { type Clock } from './clock.js'

/** How a call to the database or the broker ends. */
export const FATES = {
  /** It has its effect, and the caller hears of it. */
  well: { effect: 'all', told: true },
  /** It was not sent. */
  refused: { effect: 'none', told: false },
  /** It was sent, and is lost. */
  lost: { effect: 'none', told: false },
  /** It has half of its effect, and its answer is lost. */
  half: { effect: 'half', told: false },
  /** It has its effect, and its answer is lost. */
  unheard: { effect: 'all', told: false },
} as const

export type Fate = keyof typeof FATES
export type Share = 'all' | 'half'

/** What a process asks of the outside. */
export interface Question<Answer> {
  /** As the end of a sentence that begins with the process. */
  what: string
  /** @throws what the other side answers when it refuses */
  effect: (share: Share) => Answer
  /** What the caller sees when there is no answer. */
  fault: (fate: Fate) => Error
  /** Milliseconds after which it has its effect no more; if not said, it may have it at any time. */
  landsWithin?: number
}

/** A call under way: a point at which its process may die, before the effect or after it. */
export class Call {
  constructor(
    readonly process: Process,
    readonly what: string,
    /** Has its effect. @returns what tells the caller */
    private readonly effect: (fate: Fate) => () => void,
    /** Milliseconds since the epoch; later it is lost. */
    readonly landsUntil: number,
  ) {}

  /** Whoever asked goes on, if it lives. @returns how it ended: not well, if that comes too late */
  async end(fate: Fate): Promise<Fate> {
    const ends = this.isLost ? 'lost' : fate
    const tell = this.effect(ends)
    if (this.process.isAlive) await this.process.run(tell)
    return ends
  }

  /** It happens, unless it is too late, and nobody hears of it. */
  takeEffect(): void {
    if (!this.isLost) this.effect('well')
  }

  private get isLost(): boolean {
    return Date.now() > this.landsUntil
  }
}

/** One process of a service. All it has is in memory, but for what its calls bring outside. */
export class Process {
  isAlive = true
  /** Nothing that it asks is answered, for now. */
  isCutOff = false
  /** It has been told to end, and takes no more requests. */
  isStopping = false
  /** It has done all that it had to do before its end. */
  isDone = false

  /** @param calls where the calls of all processes wait for what the search makes of them */
  constructor(
    readonly name: string,
    private readonly clock: Clock,
    private readonly calls: Call[],
  ) {}

  /** Waits until the search lets the call end, for ever if it does not. */
  call<Answer>({ what, effect, fault, landsWithin = Infinity }: Question<Answer>): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const happen = (fate: Fate): (() => void) => {
      const { effect: share, told } = FATES[fate]
      try {
        const answer = share === 'none' ? undefined : effect(share)
        if (told) return () => resolve(answer as Answer)
      } catch (error) {
        if (told) return () => reject(error)
      }
      return () => reject(fault(fate))
    }
    this.calls.push(new Call(this, what, happen, Date.now() + landsWithin))
    return promise
  }

  /** Lets it do something, and go on as far as it can. */
  run(work: () => void): Promise<void> {
    return this.clock.as(this, work)
  }
}
