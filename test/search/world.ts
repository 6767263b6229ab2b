import { type ServiceName } from '#contracts'
import { MemoryDatabase } from '#testing'

import { Broker, type Group } from './broker.js'
import { type Clock } from './clock.js'
import { databaseFor, kafkaFor, type Names, subjectOf } from './connections.js'
import { type Member } from './member.js'
import { Call, type Fate, Process } from './process.js'
import { type Parts, type Service, services } from './services.js'

/** Milliseconds that each thing takes. */
const TAKES = 5
/** A request that is on its way when its process dies arrives after so many milliseconds, if it still can. */
const ON_ITS_WAY = 50_000
/** A member that is killed holds its partitions for so long, unless others come or go. */
const SESSION = 10_000
/** Milliseconds after which a process that was told to end is killed. */
const END_WITHIN = 24_000
/** When everything works again, everything is done within so many milliseconds. */
const PATIENCE = 240_000
/** Then a client that has a key, and no answer, repeats its request after so many milliseconds. */
const REPEAT_AFTER = 5_000

export interface Replica {
  readonly service: ServiceName
  readonly number: number
  process: Process
  running: Service
}

/** Something that can be fetched. */
export interface Delivery {
  readonly words: string
  fetch(mostOfEach: number): Promise<void>
}

/** The whole system: the services' own code, on a broker, databases and a clock of which every move is chosen. */
export class World {
  readonly broker = new Broker()
  readonly operations = new MemoryDatabase()
  readonly users = new MemoryDatabase()
  /** Calls under way, the oldest first. */
  readonly calls: Call[] = []
  readonly replicas: Replica[] = []
  /** Kinds of calls that take their time. */
  readonly heldUp = new Set<string>()
  /** Whose acceptance was answered. */
  readonly answered = new Set<string>()
  /** Requests that have a key, by the name of their user: which operations their clients were told of. */
  readonly keyed = new Map<string, Set<string>>()
  /** Whose erasure was answered. */
  readonly erased = new Set<string>()
  /** What happened, line by line. */
  readonly story: string[] = []
  /** What clients wait for. */
  private readonly asked = new Map<Process, Promise<void>[]>()
  private readonly nameById = new Map<string, string>()
  readonly names: Names = {
    of: (id) => this.nameById.get(id) ?? '?',
    learn: (id, name) => {
      // The first one stays: an erased user's is another one.
      if (typeof name === 'string' && !this.nameById.has(id)) this.nameById.set(id, name)
    },
  }

  private constructor(
    readonly clock: Clock,
    private readonly parts: Parts,
  ) {}

  /** Starts so many replicas of each service, and waits until they are ready. */
  static async open(
    clock: Clock,
    sizes: Record<ServiceName, number>,
    parts: Parts,
  ): Promise<World> {
    const world = new World(clock, parts)
    for (const service of Object.keys(services) as ServiceName[]) {
      for (let number = 1; number <= sizes[service]; number += 1) {
        await world.start({ service, number })
      }
    }
    while (await world.next());
    return world
  }

  /** Starts a process, in the place of one that died if there was one. */
  async start(place: Pick<Replica, 'service' | 'number'>): Promise<void> {
    const { service, number } = place
    const process = new Process(
      `${service.replace(/-service$/, '')}-${number}`,
      this.clock,
      this.calls,
    )
    const database = service === 'operation-service' ? this.operations : this.users
    const outside = {
      kafka: kafkaFor(process, this.broker, this.names),
      database: databaseFor(process, database, this.names),
      replica: number,
    }
    let running: Service | undefined
    await process.run(() => (running = services[service](outside, this.parts)))
    const former = this.replicas.find((each) => each.service === service && each.number === number)
    if (former) Object.assign(former, { process, running })
    else this.replicas.push({ ...place, process, running: running! })
    await this.goOn()
  }

  /** Replicas that take requests. */
  open(service: ServiceName): Replica[] {
    return this.replicas.filter(
      ({ service: theirs, process }) =>
        theirs === service && process.isAlive && !process.isStopping,
    )
  }

  /** A client asks for a user; with a key, maybe not for the first time. */
  async accept({ process, running }: Replica, name: string, hasKey: boolean): Promise<void> {
    const key = hasKey ? `key of ${name}` : undefined
    const told = this.keyed.get(name) ?? new Set()
    if (key) {
      this.keyed.set(name, told)
      this.names.learn(key, name)
    }
    const answer = ({ id }: { id: string }) => {
      this.answered.add(id)
      told.add(id)
    }
    const asked = this.asked.get(process) ?? []
    this.asked.set(process, asked)
    await process.run(
      () => void asked.push(running.accept!({ name }, key).then(answer, () => undefined)),
    )
    await this.goOn()
  }

  /** A client asks to erase a user's data. */
  async erase({ process, running }: Replica, id: string): Promise<void> {
    const answer = () => void this.erased.add(id)
    await process.run(() => void running.erase!(id).then(answer, () => undefined))
    await this.goOn()
  }

  /** Calls that are not held up, the oldest first. */
  get freeCalls(): Call[] {
    return this.calls.filter((call) => this.isFree(call))
  }

  private isFree({ process, what }: Call): boolean {
    return !process.isCutOff && !this.heldUp.has(what.split(':')[0]!)
  }

  /** A call ends; whoever waits for it goes on. @returns what happened */
  async end(call: Call, fate: Fate): Promise<string> {
    this.calls.splice(this.calls.indexOf(call), 1)
    const late = this.isFree(call) ? '' : ', at last'
    const ended = await call.end(fate)
    await this.goOn()
    return `${call.process.name} ${call.what}${late}${ended === 'well' ? '' : ` (${ended})`}`
  }

  /** A process is gone, at once, and with it what it was asking; but one call may be on its way, and arrive later. */
  async kill({ process }: Replica, onItsWay?: Call): Promise<void> {
    process.isAlive = false
    this.clock.forget(process)
    for (const call of this.calls.filter((each) => each.process === process && each !== onItsWay)) {
      this.calls.splice(this.calls.indexOf(call), 1)
    }
    if (onItsWay) {
      this.clock.set(this, Math.min(ON_ITS_WAY, onItsWay.landsUntil - Date.now()), () => {
        const index = this.calls.indexOf(onItsWay)
        if (index < 0) return
        this.calls.splice(index, 1)
        onItsWay.takeEffect()
      })
    }
    this.clock.set(this, SESSION, () => {
      for (const group of this.broker.allGroups) {
        if (group.members.some((member) => member.process === process)) group.isDue = true
      }
    })
    await this.goOn()
  }

  /** A process is told to end: it answers its clients, finishes what it has in hand, and is gone. */
  async stop({ process, running }: Replica): Promise<void> {
    process.isStopping = true
    const answered = Promise.all(this.asked.get(process) ?? [])
    const end = () => (process.isDone = true)
    await process.run(() => void running.stop(answered).then(end))
    this.clock.set(this, END_WITHIN, end)
    await this.goOn()
  }

  /** The broker takes a member for dead, which learns of it a little later. */
  async expel(group: Group, member: Member): Promise<void> {
    group.leave(member)
    this.clock.set(this, 1_000, () => {
      if (member.process.isAlive) member.renew()
    })
    await this.goOn()
  }

  /** What can be fetched. */
  get deliveries(): Delivery[] {
    return this.broker.allGroups.flatMap((group) =>
      group.members.flatMap((member) =>
        group.topics
          .filter((topic) => member.hasNext(topic))
          .map((topic) => {
            const delivery = { words: `${member.process.name} is handed ${topic}` }
            const fetch = async (mostOfEach: number) => {
              const records = await member.fetch(topic, mostOfEach)
              const about = records.map((record) => subjectOf(record, this.names))
              delivery.words += `: ${about.join(', ')}`
              await this.goOn()
            }
            return Object.assign(delivery, { fetch })
          }),
      ),
    )
  }

  /** The next thing happens, and happens well. @returns what it was, if there was any */
  async next(): Promise<string | undefined> {
    const [call] = this.freeCalls
    if (call) return this.end(call, 'well')
    const [delivery] = this.deliveries
    await delivery?.fetch(Infinity)
    return delivery?.words
  }

  /** Nothing fails any more. @returns whether everything comes to an end */
  async finish(): Promise<boolean> {
    for (const { process } of this.replicas) process.isCutOff = false
    this.heldUp.clear()
    const end = Date.now() + PATIENCE
    let repeatAt = 0
    while (!this.isQuiet) {
      if (Date.now() > end) return false
      for (const replica of this.replicas) if (!replica.process.isAlive) await this.start(replica)
      if (Date.now() >= repeatAt) {
        repeatAt = Date.now() + REPEAT_AFTER
        await this.repeat()
      }
      if (!(await this.next())) {
        await this.clock.pass(this.clock.untilNext)
        await this.goOn()
      }
    }
    return true
  }

  /** Clients that have a key, and no answer, ask again. */
  private async repeat(): Promise<void> {
    for (const [name, told] of this.keyed) {
      const [replica] = this.open('operation-service')
      if (told.size === 0 && replica) await this.accept(replica, name, true)
    }
  }

  /** Nobody waits for anything any more. */
  private get isQuiet(): boolean {
    const ended = new Set(this.operations.documents('outcomes').map(({ _id }) => _id))
    return (
      [...this.keyed.values()].every((told) => told.size > 0) &&
      this.operations.documents('operations').every(({ _id }) => ended.has(_id)) &&
      this.broker.isHandled &&
      this.calls.every(({ process }) => process.isAlive)
    )
  }

  /** Each thing takes a moment; groups whose members came or went share their partitions out. */
  async goOn(): Promise<void> {
    await this.rebalance()
    await this.clock.pass(TAKES)
    await this.rebalance()
    const done = this.replicas.find(({ process }) => process.isDone && process.isAlive)
    if (done) await this.kill(done)
  }

  private async rebalance(): Promise<void> {
    for (const group of this.broker.allGroups) if (group.isDue) await group.rebalance()
  }
}
