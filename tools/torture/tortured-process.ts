import { setTimeout as sleep } from 'node:timers/promises'
import { dockerName } from '../infrastructure/docker.ts'
import type { Server } from '../infrastructure/server.ts'
import { probe } from '../processes/probe.ts'
import { launchService, type Service, type ServiceOptions } from '../services/service.ts'
import type { ServiceName } from '../services/service-names.ts'
import { Turns } from './turns.ts'

const ALIVE_WITHIN = 30_000
const POLL = 100
const START_AGAIN_AFTER = 1_000

/** Who is told what happens beyond what was done to a process. */
export interface Observer {
  /** It did what it must not do; a sentence. */
  complain(sentence: string): void
  /** The run cannot go on. */
  fail(error: unknown): void
}

/** A process that faults happen to. All that is done to it is done in turn, and it is started again should it end. */
export abstract class TorturedProcess {
  readonly name: string
  readonly turns: Turns
  protected readonly observer: Observer

  constructor(name: string, observer: Observer) {
    this.name = name
    this.observer = observer
    this.turns = new Turns((error) => observer.fail(error))
  }

  /** Resolves once it answers. */
  abstract start(): Promise<void>
  /** SIGKILL. */
  abstract kill(): Promise<void>
  /** SIGTERM. */
  abstract stop(): Promise<void>
  /** SIGSTOP. */
  abstract pause(): Promise<void>
  /** SIGCONT. */
  abstract resume(): Promise<void>
  protected abstract get isRunning(): boolean

  protected endedByItself(code: number): void {
    this.observer.complain(`${this.name} ended by itself, with exit code ${code}`)
    this.turns.take(async () => {
      await sleep(START_AGAIN_AFTER)
      if (!this.isRunning) await this.start()
    })
  }
}

/** A replica of a service, on the same port all the time. */
export class TorturedService extends TorturedProcess {
  readonly service: ServiceName
  readonly url: string
  private readonly options: ServiceOptions & { port: number }
  private running: Service | undefined

  constructor(
    name: string,
    service: ServiceName,
    options: ServiceOptions & { port: number },
    observer: Observer,
  ) {
    super(name, observer)
    this.service = service
    this.options = { ...options, label: name }
    this.url = `http://127.0.0.1:${options.port}`
  }

  override async start(): Promise<void> {
    const service = await launchService(this.service, this.options)
    this.running = service
    void service.exited.then(({ code }) => {
      if (this.running !== service) return
      this.running = undefined
      this.endedByItself(code)
    })
    const deadline = Date.now() + ALIVE_WITHIN
    while (this.running === service && !(await this.answers('livez'))) {
      if (Date.now() > deadline) throw new Error(`${this.name} did not come up.`)
      await sleep(POLL)
    }
  }

  override async kill(): Promise<void> {
    await this.leave()?.kill()
  }

  override async stop(): Promise<void> {
    const code = await this.leave()?.stop()
    if (code) this.observer.complain(`${this.name} ended with code ${code} when told to stop`)
  }

  override async pause(): Promise<void> {
    signal(this.running?.pid, 'SIGSTOP')
  }

  override async resume(): Promise<void> {
    signal(this.running?.pid, 'SIGCONT')
  }

  async answers(path: 'livez' | 'readyz'): Promise<boolean> {
    try {
      const answer = await fetch(`${this.url}/${path}`, { signal: AbortSignal.timeout(2_000) })
      await answer.body?.cancel()
      return answer.status === 200
    } catch {
      return false
    }
  }

  protected override get isRunning(): boolean {
    return this.running !== undefined
  }

  /** What happens to the process from now on is no surprise. */
  private leave(): Service | undefined {
    const service = this.running
    this.running = undefined
    return service
  }
}

/** The broker or the database. */
export class TorturedServer extends TorturedProcess {
  private readonly server: Server
  private readonly directory: string
  /** The life that nobody has ended yet. */
  private life: object | undefined

  /** @param server runs already */
  constructor(server: Server, directory: string, observer: Observer) {
    super(server.name, observer)
    this.server = server
    this.directory = directory
    this.watch()
  }

  override async start(): Promise<void> {
    await this.server.start()
    this.watch()
  }

  override async kill(): Promise<void> {
    this.life = undefined
    await this.server.kill()
  }

  override async stop(): Promise<void> {
    this.life = undefined
    await this.server.stop()
  }

  override async pause(): Promise<void> {
    await this.freeze('pause', 'SIGSTOP')
  }

  override async resume(): Promise<void> {
    await this.freeze('unpause', 'SIGCONT')
  }

  protected override get isRunning(): boolean {
    return this.life !== undefined
  }

  private watch(): void {
    const life = {}
    this.life = life
    void this.server.exited.then(({ code }) => {
      if (this.life !== life) return
      this.life = undefined
      this.endedByItself(code)
    })
  }

  private async freeze(command: string, name: NodeJS.Signals): Promise<void> {
    if (this.server.origin !== 'docker') return signal(this.server.pid, name)
    await probe('docker', [command, dockerName(this.directory, this.name)])
  }
}

function signal(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(pid, name)
  } catch (error) {
    // It has just ended.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
