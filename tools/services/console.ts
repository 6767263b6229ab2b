import type { FromLauncher, ToLauncher } from '../../apps/console/src/console.api.ts'
import type { Roster } from '../processes/roster.ts'
import { supervise } from '../processes/supervisor.ts'
import type { Replicas } from './replicas.ts'
import { launchService, type Service, type ServiceOptions } from './service.ts'
import { forEachService, serviceNames, type ServiceName } from './service-names.ts'

export interface ConsoleOptions extends Pick<ServiceOptions, 'env' | 'directory' | 'main'> {
  roster: Roster
  port: number
}

/** The console as a process that is told which processes there are, and may ask for more or fewer, or for a pause. */
export class ConsoleProcess {
  private readonly replicas: Record<ServiceName, Replicas>
  private readonly options: ConsoleOptions
  private service: Service | undefined
  private isSupervised = false

  constructor(replicas: Record<ServiceName, Replicas>, options: ConsoleOptions) {
    this.replicas = replicas
    this.options = options
  }

  /** Not started again before `supervise`. */
  async start(): Promise<Service> {
    const { main, ...options } = this.options
    const service = await launchService('console', {
      ...options,
      label: 'console',
      ...(main !== undefined && { main }),
      onMessage: (message) => {
        if (isOrder(message)) this.carryOut(message)
      },
    })
    this.service = service
    this.tell()
    return service
  }

  /** From now on it is told, and asked back: what is there has come up. */
  supervise(): void {
    this.isSupervised = true
    this.tell()
    void supervise(this.options.roster, 'console', this.service, () => this.start())
  }

  /** To be called whenever replicas have changed. */
  tell(): void {
    if (!this.isSupervised) return
    const news: FromLauncher = {
      tell: 'replicas',
      services: forEachService((name) => {
        const { wanted, isPaused, processes } = this.replicas[name]
        return {
          wanted,
          paused: isPaused,
          processes: processes.map(({ label, url, ready }) => ({ label, url, ready })),
        }
      }),
    }
    this.service?.send(news)
  }

  private carryOut(order: ToLauncher): void {
    if (!this.isSupervised || this.options.roster.isClosed) return
    const replicas = this.replicas[order.service]
    if (order.ask === 'replicas') replicas.scaleTo(order.count)
    else replicas.pause(order.paused)
  }
}

/** A child may have other things to say. */
function isOrder(message: unknown): message is ToLauncher {
  if (typeof message !== 'object' || message === null) return false
  const { ask, service, count, paused } = message as Record<string, unknown>
  if (!serviceNames.some((name) => name === service)) return false
  if (ask === 'replicas') return Number.isSafeInteger(count) && Number(count) >= 0
  return ask === 'pause' && typeof paused === 'boolean'
}
