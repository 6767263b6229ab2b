import { Injectable } from '@nestjs/common'
import { filter, firstValueFrom, startWith, Subject, timeout } from 'rxjs'

import { ProblemException } from '#service-defaults'

import { type FromLauncher, type ServiceName, type ToLauncher } from '../console.api.js'
import { type LauncherChannel } from './launcher-channel.js'

type Fleet = FromLauncher['services']

/** Milliseconds for which an answer waits until the launcher has done what it was asked for. */
const PATIENCE = 5_000

/** The launcher, which starts and stops the services' processes: what it has told, and what it can be asked for. */
@Injectable()
export class Launcher {
  /** Whenever it has told something, or is gone. */
  readonly changes = new Subject<void>()
  private fleet: Fleet | undefined

  /** @param channel none when the console was started by itself */
  constructor(private readonly channel?: LauncherChannel) {
    channel?.listen(
      ({ services }) => this.told(services),
      () => this.told(undefined),
    )
  }

  /** What runs, as it was told last; undefined when nobody has told, or the launcher is gone. */
  get services(): Fleet | undefined {
    return this.fleet
  }

  /** Has so many processes run of a service. Returns at once; `changes` says when it is done. */
  scale(service: ServiceName, count: number): void {
    this.ask({ ask: 'replicas', service, count })
  }

  /**
   * The same, and waits until the launcher wants as many.
   * @throws ProblemException 409 without a launcher, 503 when it does not do it in time
   */
  async setReplicas(service: ServiceName, count: number): Promise<void> {
    await this.until(
      { ask: 'replicas', service, count },
      (services) => services[service].wanted === count,
    )
  }

  /**
   * Stops a service's processes as by SIGSTOP, or has them go on, and waits until it is done.
   * @throws as `setReplicas`
   */
  async setPaused(service: ServiceName, paused: boolean): Promise<void> {
    await this.until(
      { ask: 'pause', service, paused },
      (services) => services[service].paused === paused,
    )
  }

  /** @throws ProblemException 409 without a launcher */
  mustBeThere(): void {
    if (this.fleet) return
    throw new ProblemException({
      status: 409,
      detail:
        'This console was started by itself, so it cannot start or stop processes: start the system with npm start or npm run demo, and use the console that they start.',
    })
  }

  private async until(message: ToLauncher, isDone: (services: Fleet) => boolean): Promise<void> {
    this.mustBeThere()
    this.ask(message)
    try {
      await firstValueFrom(
        this.changes.pipe(
          startWith(undefined),
          filter(() => this.fleet !== undefined && isDone(this.fleet)),
          timeout({ first: PATIENCE }),
        ),
      )
    } catch {
      throw new ProblemException(
        {
          status: 503,
          detail: `The launcher has not done it within ${PATIENCE / 1_000} s: look at what it says in its terminal.`,
        },
        { 'Retry-After': '2' },
      )
    }
  }

  private ask(message: ToLauncher): void {
    this.channel?.send(message)
  }

  private told(fleet: Fleet | undefined): void {
    this.fleet = fleet
    this.changes.next()
  }
}
