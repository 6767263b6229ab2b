import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { Subject, type Subscription } from 'rxjs'

import { decide, explain, type HpaHistory, type HpaSettings, noHistory } from '#autoscaling'

import { type ScalerFacts } from '../console.api.js'
import { Launcher } from '../fleet/launcher.service.js'
import { LiveFeed } from '../live/live-feed.service.js'

/** What is scaled, and the topic by whose lag it is. */
const SERVICE = 'user-approval-service'
const TOPIC = 'user-approve'

/** A HorizontalPodAutoscaler for processes: the same decisions by the group's real lag, carried out by the launcher. */
@Injectable()
export class Scaler implements OnModuleDestroy {
  /** Whenever it was switched on or off. */
  readonly changes = new Subject<void>()
  private readonly launcherWatch: Subscription
  private history: HpaHistory = noHistory
  private timer: NodeJS.Timeout | undefined

  /** @param syncPeriod seconds between two looks */
  constructor(
    private readonly settings: HpaSettings,
    private readonly syncPeriod: number,
    private readonly launcher: Launcher,
    private readonly feed: LiveFeed,
  ) {
    this.launcherWatch = launcher.changes.subscribe(() => {
      if (!launcher.services) this.switch(false)
    })
  }

  get facts(): ScalerFacts {
    const { minReplicas, maxReplicas, metrics } = this.settings
    return { target: metrics[0]!.target, minReplicas, maxReplicas, syncPeriod: this.syncPeriod }
  }

  get isEnabled(): boolean {
    return this.timer !== undefined
  }

  /** On: it begins anew, with a look at once. Off: the replicas stay as they are. */
  switch(enabled: boolean): void {
    if (enabled === this.isEnabled) return
    if (enabled) {
      this.history = noHistory
      this.timer = setInterval(() => this.look(), this.syncPeriod * 1_000)
      this.look()
    } else {
      clearInterval(this.timer)
      this.timer = undefined
    }
    this.changes.next()
  }

  onModuleDestroy(): void {
    this.launcherWatch.unsubscribe()
    this.switch(false)
  }

  private look(): void {
    const service = this.launcher.services?.[SERVICE]
    if (!service) return
    const { wanted, processes } = service
    const lag = this.feed.latest?.lag?.[TOPIC]
    const observation = {
      at: performance.now() / 1_000,
      specReplicas: wanted,
      // As a Deployment has them: those that are asked for are there at once, if not ready.
      statusReplicas: wanted,
      readyPods: processes.filter(({ ready }) => ready).length,
      readings: [lag],
    }
    const { decision, history } = decide(this.settings, observation, this.history)
    this.history = history
    if (decision.replicas !== wanted) this.launcher.scale(SERVICE, decision.replicas)
    this.feed.tell({
      event: 'decision',
      data: {
        at: new Date().toISOString(),
        lag: lag ?? null,
        current: wanted,
        replicas: decision.replicas,
        explanation: explain(decision),
      },
    })
  }
}
