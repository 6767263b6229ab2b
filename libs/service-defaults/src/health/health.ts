import { Injectable } from '@nestjs/common'
import { errorCode } from '../error-code.js'

/** What a check found; `detail` is shown to whoever asks, so it holds no addresses or passwords. */
export interface DependencyState {
  status: 'up' | 'down'
  detail?: string
}

/** Looks at one thing. One that throws, or has not answered within a second, counts as down. */
export type HealthCheck = () => DependencyState | Promise<DependencyState>

/** The body of `/readyz`. */
export interface ReadinessReport {
  status: 'ok' | 'unavailable' | 'draining'
  dependencies: Record<string, DependencyState>
}

/** The body of `/livez`. */
export interface LivenessReport {
  status: 'ok' | 'unavailable'
  checks: Record<string, DependencyState>
}

/** How long a check may take, in milliseconds. */
const CHECK_TIMEOUT_MS = 1000

/** What a service knows about itself: its dependencies, whether a restart would help, its draining. */
@Injectable()
export class Health {
  private readonly dependencies = new Map<string, RunningCheck>()
  private readonly required = new Set<string>()
  private readonly liveness = new Map<string, RunningCheck>()
  private readonly drain = new AbortController()

  /**
   * Shows a dependency in `/readyz`. With `requiredForReadiness` the service is not ready while it
   * is down; without, its state is only shown.
   */
  addDependency(
    name: string,
    check: HealthCheck,
    { requiredForReadiness }: { requiredForReadiness: boolean },
  ): void {
    this.dependencies.set(name, new RunningCheck(check))
    if (requiredForReadiness) this.required.add(name)
    else this.required.delete(name)
  }

  /** Fails `/livez` while `check` is down: only for what a restart of the process mends. */
  addLiveness(name: string, check: HealthCheck): void {
    this.liveness.set(name, new RunningCheck(check))
  }

  /** From now on the service is not ready, for good. The shutdown's first step. */
  startDraining(): void {
    this.drain.abort()
  }

  /** Aborted when draining starts: whoever makes a client wait listens to it and answers. */
  get draining(): AbortSignal {
    return this.drain.signal
  }

  async readiness(): Promise<ReadinessReport> {
    const dependencies = await statesOf(this.dependencies)
    const isReady = [...this.required].every((name) => dependencies[name]?.status === 'up')
    if (this.draining.aborted) return { status: 'draining', dependencies }
    return { status: isReady ? 'ok' : 'unavailable', dependencies }
  }

  async livenessReport(): Promise<LivenessReport> {
    const checks = await statesOf(this.liveness)
    const isAlive = Object.values(checks).every(({ status }) => status === 'up')
    return { status: isAlive ? 'ok' : 'unavailable', checks }
  }
}

/** A check that is not started again while it still runs, so that one that hangs does not pile up. */
class RunningCheck {
  private running: Promise<DependencyState> | undefined

  constructor(private readonly check: HealthCheck) {}

  state(): Promise<DependencyState> {
    this.running ??= this.run().finally(() => {
      this.running = undefined
    })
    return withinTimeout(this.running)
  }

  private async run(): Promise<DependencyState> {
    try {
      return await this.check()
    } catch (error) {
      return { status: 'down', detail: String(errorCode(error) ?? 'the check failed') }
    }
  }
}

async function statesOf(
  checks: Map<string, RunningCheck>,
): Promise<Record<string, DependencyState>> {
  const states = [...checks].map(async ([name, check]) => [name, await check.state()] as const)
  return Object.fromEntries(await Promise.all(states))
}

async function withinTimeout(state: Promise<DependencyState>): Promise<DependencyState> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<DependencyState>((resolve) => {
    const hung: DependencyState = {
      status: 'down',
      detail: `no answer within ${CHECK_TIMEOUT_MS} ms`,
    }
    timer = setTimeout(resolve, CHECK_TIMEOUT_MS, hung)
  })
  try {
    return await Promise.race([state, timeout])
  } finally {
    clearTimeout(timer)
  }
}
