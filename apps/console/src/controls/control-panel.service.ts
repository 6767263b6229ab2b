import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common'
import { filter, merge, type Observable, type Subscription } from 'rxjs'

import { ProblemException } from '#service-defaults'

import { type Controls, type Replicas } from '../console.api.js'
import { Launcher } from '../fleet/launcher.service.js'
import { forEachService } from '../fleet/services.js'
import { LiveFeed } from '../live/live-feed.service.js'
import { LoadService } from '../load/load.service.js'
import { Scaler } from '../scaler/scaler.service.js'

/** Everything that a visitor has set, in one place: whoever looks is told when it changes, whoever changed it. */
@Injectable()
export class ControlPanel implements OnModuleInit, OnModuleDestroy {
  private watch: Subscription | undefined
  private told = ''

  constructor(
    private readonly load: LoadService,
    private readonly scaler: Scaler,
    private readonly launcher: Launcher,
    private readonly feed: LiveFeed,
  ) {}

  onModuleInit(): void {
    const samples = this.feed.events.pipe(filter(({ event }) => event === 'sample'))
    const changes: Observable<unknown>[] = [
      this.load.changes,
      this.scaler.changes,
      this.launcher.changes,
      samples,
    ]
    this.watch = merge(...changes).subscribe(() => this.tell())
  }

  onModuleDestroy(): void {
    this.watch?.unsubscribe()
  }

  get controls(): Controls {
    const { services } = this.launcher
    return {
      load: { usersPerSecond: this.load.usersPerSecond },
      scaler: { enabled: this.scaler.isEnabled },
      approval: { paused: services?.['user-approval-service'].paused ?? false },
      replicas: forEachService(
        (service) => services?.[service].wanted ?? this.feed.latest?.replicas[service].wanted ?? 0,
      ),
      managesReplicas: services !== undefined,
    }
  }

  setLoad(usersPerSecond: number): void {
    this.load.set(usersPerSecond)
  }

  /** @throws ProblemException 400 for too many, 409 without a launcher */
  async setReplicas({ service, count }: Replicas): Promise<void> {
    const { maxReplicas } = this.scaler.facts
    if (count > maxReplicas) {
      throw ProblemException.invalid([
        { pointer: '/count', detail: `must be ${maxReplicas} or less` },
      ])
    }
    await this.launcher.setReplicas(service, count)
  }

  /** @throws ProblemException 409 without a launcher */
  switchScaler(enabled: boolean): void {
    this.launcher.mustBeThere()
    this.scaler.switch(enabled)
  }

  /** @throws ProblemException 409 without a launcher */
  async pauseApproval(paused: boolean): Promise<void> {
    await this.launcher.setPaused('user-approval-service', paused)
  }

  private tell(): void {
    const { controls } = this
    const text = JSON.stringify(controls)
    if (text === this.told) return
    this.told = text
    this.feed.tell({ event: 'controls', data: controls })
  }
}
