import type { FromLauncher, ToLauncher } from '../../apps/console/src/console.api.ts'
import type { Roster } from '../processes/roster.ts'
import { supervise } from '../processes/supervisor.ts'
import type { Replicas } from './replicas.ts'
import { launchService, type Service, type ServiceOptions } from './service.ts'
import { forEachService, type ServiceName } from './service-names.ts'

export interface ConsoleOptions extends Pick<ServiceOptions, 'env' | 'directory' | 'main'> {
  roster: Roster
  port: number
}

/** The console as a process that is told which processes there are, and may ask for more or fewer, or for a pause. */
export class ConsoleProcess {
  private readonly replicas: Record<ServiceName, Replicas>
  private readonly options: ConsoleOptions
  private service: Service | undefined

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
      onMessage: (message) => this.carryOut(message as ToLauncher),
    })
    this.service = service
    this.tell()
    return service
  }

  supervise(): void {
    void supervise(this.options.roster, 'console', this.service, () => this.start())
  }

  /** To be called whenever replicas have changed. */
  tell(): void {
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
    const replicas = this.replicas[order.service]
    if (order.ask === 'replicas') replicas.scaleTo(order.count)
    else replicas.pause(order.paused)
  }
}
