import { subjectOf } from './connections.js'
import { type Step } from './steps.js'
import { type Replica, type World } from './world.js'

const NAMES = ['alice', 'bob', 'carol', 'dave']
/** Milliseconds that a walk may wait: a process that is silent for ten minutes does not come back. */
const PATIENCE = 8 * 60_000

type Of<Do extends Step['do']> = Extract<Step, { do: Do }>
/** What happened; with what it consisted of, if that was several things. */
type Told = Promise<string | string[] | undefined>
type Takes = { [Do in Step['do']]: (step: Of<Do>) => Told }

/** Takes steps, and tells of them in the world's story. What cannot be done at the time is left out. */
export class Walk implements Takes {
  private readonly names = [...NAMES]
  private waited = 0

  constructor(private readonly world: World) {}

  async take(step: Step): Promise<void> {
    const told = await this[step.do](step as never)
    if (told?.length) this.world.story.push([told].flat().join('\n   '))
  }

  async accept({ replica, isRejected, hasKey }: Of<'accept'>): Told {
    const chosen = pick(this.world.open('operation-service'), replica)
    const name = chosen && this.names.shift()
    if (!name) return undefined
    const user = isRejected ? `reject ${name}` : name
    await this.world.accept(chosen, user, hasKey)
    return `${chosen.process.name} is asked for ${user}${hasKey ? ', with a key' : ''}`
  }

  async askAgain({ replica, request }: Of<'askAgain'>): Told {
    const chosen = pick(this.world.open('operation-service'), replica)
    const user = pick([...this.world.keyed.keys()], request)
    if (!chosen || !user) return undefined
    await this.world.accept(chosen, user, true)
    return `${chosen.process.name} is asked for ${user} again`
  }

  async erase({ replica, user }: Of<'erase'>): Told {
    const chosen = pick(this.world.open('user-service'), replica)
    const id = pick(this.world.users.documents('users'), user)?._id
    if (!chosen || !id) return undefined
    await this.world.erase(chosen, id)
    return `${chosen.process.name} is asked to erase ${this.world.names.of(id)}`
  }

  async go({ times }: Of<'go'>): Told {
    const happened: string[] = []
    for (let time = 0; time < times; time += 1) {
      const next = await this.world.next()
      happened.push(next ?? (await this.idle()))
    }
    return happened
  }

  async end({ call, fate }: Of<'end'>): Told {
    const { calls, freeCalls } = this.world
    const others = calls.filter((each) => !freeCalls.includes(each))
    const chosen = pick([...freeCalls, ...others], call)
    if (!chosen) return this.world.next()
    return this.world.end(chosen, fate)
  }

  async holdUp({ what }: Of<'holdUp'>): Told {
    const { heldUp } = this.world
    if (heldUp.delete(what)) return `whoever ${what} is held up no more`
    heldUp.add(what)
    return `whoever ${what} is held up`
  }

  async cutOff({ replica }: Of<'cutOff'>): Told {
    const process = pick(this.living, replica)?.process
    if (!process) return undefined
    process.isCutOff = !process.isCutOff
    return `${process.name} is ${process.isCutOff ? 'cut off' : 'connected again'}`
  }

  async deliver({ delivery, mostOfEach }: Of<'deliver'>): Told {
    const chosen = pick(this.world.deliveries, delivery)
    if (!chosen) return this.world.next()
    await chosen.fetch(mostOfEach)
    return chosen.words
  }

  async crash({ replica, call, when }: Of<'crash'>): Told {
    const chosen = pick(this.living, replica)
    if (!chosen) return undefined
    const { process } = chosen
    const last = pick(
      this.world.calls.filter((each) => each.process === process),
      call,
    )
    if (when === 'after') last?.takeEffect()
    await this.world.kill(chosen, when === 'later' ? last : undefined)
    if (!last) return `${process.name} dies`
    return when === 'later'
      ? `${process.name} dies; on its way is that it ${last.what}`
      : `${process.name} dies ${when} it ${last.what}`
  }

  async stop({ replica }: Of<'stop'>): Told {
    const chosen = pick(this.living, replica)
    if (!chosen || chosen.process.isStopping) return undefined
    await this.world.stop(chosen)
    return `${chosen.process.name} is told to end`
  }

  async start({ replica }: Of<'start'>): Told {
    const dead = this.world.replicas.filter(({ process }) => !process.isAlive)
    const chosen = pick(dead, replica)
    if (!chosen) return undefined
    await this.world.start(chosen)
    return `${chosen.process.name} starts again`
  }

  async wait({ milliseconds }: Of<'wait'>): Told {
    if (this.waited + milliseconds > PATIENCE) return undefined
    this.waited += milliseconds
    await this.world.clock.leap(milliseconds)
    await this.world.goOn()
    return `${milliseconds / 1_000} s pass`
  }

  async rebalance({ group, isExpelled }: Of<'rebalance'>): Told {
    const chosen = pick(this.world.broker.allGroups, group)!
    const member = pick(chosen.members, chosen.generation)
    chosen.rotation += 1
    if (isExpelled && member) {
      await this.world.expel(chosen, member)
      return `${member.process.name} is thrown out of its group`
    }
    chosen.isDue = true
    await this.world.goOn()
    return `partitions of ${chosen.name} change hands`
  }

  async repeat({ topic, record }: Of<'repeat'>): Told {
    const chosen = pick(this.world.broker.records(topic), record)
    if (!chosen) return undefined
    const headers = chosen.headers ?? {}
    this.world.broker.append(topic, [{ key: chosen.key, value: chosen.value, headers }])
    return `${topic} is repeated: ${subjectOf(chosen, this.world.names)}`
  }

  /** Time passes until somebody does something by itself. */
  private async idle(): Promise<string> {
    const { untilNext } = this.world.clock
    if (this.waited + untilNext > PATIENCE) return 'nothing happens'
    this.waited += untilNext
    await this.world.clock.pass(untilNext)
    await this.world.goOn()
    return `${untilNext / 1_000} s pass`
  }

  private get living(): Replica[] {
    return this.world.replicas.filter(({ process }) => process.isAlive)
  }
}

function pick<Each>(all: readonly Each[], index: number): Each | undefined {
  return all[index % all.length]
}
