import { say } from '../console/say.ts'
import { freePort } from '../processes/ports.ts'
import type { Roster } from '../processes/roster.ts'
import { supervise } from '../processes/supervisor.ts'
import { launchService, type Service, type ServiceOptions } from './service.ts'
import type { ServiceName } from './service-names.ts'

export interface ReplicasOptions extends Pick<ServiceOptions, 'env' | 'directory' | 'main'> {
  roster: Roster
  /** Of the first one, known outside; the others take free ones. */
  port: number
  /** Called whenever `wanted`, `isPaused` or `processes` tell something else. */
  changed?: () => void
}

/** One that is wanted, from its launch on. */
export interface ReplicaProcess {
  label: string
  /** Without a slash at its end. */
  url: string
  pid: number
  /** `GET /readyz` answered 200 since it was launched, or went on. */
  ready: boolean
}

/**
 * The processes of one service, as many as are wanted at the time: one that ends by itself is started again, one that is not
 * wanted any more is not.
 */
export class Replicas {
  readonly name: ServiceName
  private readonly options: ReplicasOptions
  /** Oldest first. */
  private replicas: Replica[] = []
  private readonly leaving = new Set<Replica>()
  private paused = false

  constructor(name: ServiceName, options: ReplicasOptions) {
    this.name = name
    this.options = options
  }

  /**
   * Launches the first ones. They are not started again before `supervise`: who starts a system wants to hear of one that
   * cannot run.
   */
  async start(count: number): Promise<Service[]> {
    const started: Service[] = []
    while (started.length < count) started.push(await this.add().launch())
    return started
  }

  supervise(): void {
    for (const replica of this.replicas) void replica.supervise()
  }

  /** Adds so many as are missing; or has those that are too many finish what they do and end, newest first. */
  scaleTo(count: number): void {
    while (this.replicas.length < count) {
      const replica = this.add()
      void replica.begin()
    }
    while (this.replicas.length > count) this.remove(this.replicas.pop()!)
    this.changed()
  }

  /** Stops its processes as by SIGSTOP, also those that are launched meanwhile; or has them go on. */
  pause(paused: boolean): void {
    if (paused === this.paused) return
    this.paused = paused
    for (const replica of this.replicas) replica.pauseOrResume()
    this.changed()
  }

  get wanted(): number {
    return this.replicas.length
  }

  get isPaused(): boolean {
    return this.paused
  }

  get processes(): ReplicaProcess[] {
    return this.replicas.flatMap((replica) => replica.process ?? [])
  }

  private add(): Replica {
    const number = this.nextNumber()
    const before = [...this.leaving].find((one) => one.number === number)
    const replica = new Replica(this.name, number, before, this.options, {
      isPaused: () => this.paused,
      changed: () => this.changed(),
    })
    this.replicas.push(replica)
    return replica
  }

  private remove(replica: Replica): void {
    this.leaving.add(replica)
    void replica.end().then(() => this.leaving.delete(replica))
  }

  /** The first one has the known port, so it is always number 1; the others leave numbers alone whose bearers still end. */
  private nextNumber(): number {
    if (this.replicas.length === 0) return 1
    const taken = new Set([...this.replicas, ...this.leaving].map(({ number }) => number))
    let number = 1
    while (taken.has(number)) number += 1
    return number
  }

  private changed(): void {
    this.options.changed?.()
  }
}

interface Siblings {
  isPaused: () => boolean
  changed: () => void
}

/** One of them, over all its lives. */
class Replica {
  readonly number: number
  private readonly name: ServiceName
  private readonly label: string
  /** Had the same number and port, and must have ended first. */
  private readonly before: Replica | undefined
  private readonly options: ReplicasOptions
  private readonly siblings: Siblings
  private readonly ended = Promise.withResolvers<void>()
  private port: number | undefined
  private service: Service | undefined
  private supervision: Promise<void> | undefined
  private isReady = false
  private isWanted = true

  constructor(
    name: ServiceName,
    number: number,
    before: Replica | undefined,
    options: ReplicasOptions,
    siblings: Siblings,
  ) {
    this.name = name
    this.number = number
    this.label = `${name}-${number}`
    this.before = before
    this.options = options
    this.siblings = siblings
    if (number === 1) this.port = options.port
  }

  get process(): ReplicaProcess | undefined {
    if (this.service === undefined) return undefined
    const { label, url, pid } = this.service
    return { label, url, pid, ready: this.isReady }
  }

  /** Launches it, and starts it again whenever it ends. */
  begin(): Promise<void> {
    return (this.supervision ??= this.launchAndSupervise())
  }

  /** Starts it again whenever it ends: once, whoever asks for that. */
  supervise(): Promise<void> {
    return (this.supervision ??= this.startAgain())
  }

  private async launchAndSupervise(): Promise<void> {
    await this.before?.ended.promise
    if (!this.isWanted) return
    try {
      await this.launch()
    } catch (error) {
      if (!this.options.roster.isClosed) say(error instanceof Error ? error.message : String(error))
    }
    await this.startAgain()
  }

  private startAgain(): Promise<void> {
    return supervise(
      this.options.roster,
      this.label,
      this.service,
      // Not until it is ready: a service waits for its broker and database by itself.
      () => this.launch(),
      () => this.isWanted,
    )
  }

  async launch(): Promise<Service> {
    const { env, directory, main, roster } = this.options
    this.port ??= await freePort()
    const { label, port } = this
    const options = { env, directory, roster, label, port, ...(main !== undefined && { main }) }
    const service = await launchService(this.name, options)
    this.service = service
    void service.exited.then(() => this.notReady(service))
    // Somebody may have changed his mind meanwhile.
    if (!this.isWanted) await service.stop()
    else this.pauseOrResume()
    return service
  }

  pauseOrResume(): void {
    const { service } = this
    if (service === undefined) return
    if (this.siblings.isPaused()) {
      service.pause()
      this.notReady(service)
    } else {
      service.resume()
      void this.untilReady(service)
    }
  }

  /** Resolves once its process has ended. */
  async end(): Promise<void> {
    this.isWanted = false
    await this.before?.ended.promise
    await this.service?.stop()
    this.ended.resolve()
  }

  private async untilReady(service: Service): Promise<void> {
    // One that ends before is started again, and waited for then.
    const isReady = await service.ready(Infinity).then(
      () => true,
      () => false,
    )
    if (!isReady || service !== this.service || this.siblings.isPaused()) return
    this.isReady = true
    this.siblings.changed()
  }

  private notReady(service: Service): void {
    if (service !== this.service) return
    this.isReady = false
    this.siblings.changed()
  }
}
