import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common'

import { type ReplicaCount, type Sample, type ServiceName } from '../console.api.js'
import { Launcher } from '../fleet/launcher.service.js'
import { OperationServiceClient } from '../fleet/operation-service-client.js'
import { forEachService } from '../fleet/services.js'
import { LiveFeed } from '../live/live-feed.service.js'
import { booksOf } from './books.js'
import { BrokerWatch } from './broker-watch.js'
import { ClusterNodes } from './cluster-nodes.js'
import { type Buckets, durationBuckets, DurationWatch, quantile } from './duration-histogram.js'
import { type Found, Question } from './question.js'
import { Rate } from './rate.js'

const SECOND = 1_000
/** Milliseconds that a sample waits for what it asks: it is there before the next one. */
const PATIENCE = 900

/** Looks at the system from outside, once a second. What cannot be found out in that time is not known. */
@Injectable()
export class Observer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly traffic = new Question(() => this.broker.traffic(), PATIENCE)
  private readonly deadLetters = new Question(() => this.broker.deadLetters(), PATIENCE)
  private readonly members = new Question(() => this.broker.members(), PATIENCE)
  private readonly books = new Question(
    async () => booksOf(await this.operationService.summary(), Date.now()),
    PATIENCE,
  )
  private readonly durations = new Question(() => this.durationsOfReplicas(), PATIENCE)
  private readonly events = new Rate()
  private readonly users = new Rate()
  private readonly durationWatch = new DurationWatch()
  /** As they were known last: a broker that is away does not say that there are none. */
  private membersSeen = forEachService(() => 0)
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly broker: BrokerWatch,
    private readonly operationService: OperationServiceClient,
    private readonly launcher: Launcher,
    private readonly nodes: ClusterNodes,
    private readonly feed: LiveFeed,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.observe(), SECOND)
  }

  onModuleDestroy(): void {
    clearInterval(this.timer)
  }

  private async observe(): Promise<void> {
    const at = new Date().toISOString()
    const [traffic, deadLetters, books, durations, replicas] = await Promise.all([
      this.traffic.answer(),
      this.deadLetters.answer(),
      this.books.answer(),
      this.durations.answer(),
      this.replicas(),
    ])
    const sample: Sample = {
      at,
      eventsPerSecond: rate(this.events, traffic, ({ events }) => events),
      usersPerSecond: rate(this.users, books, ({ accepted }) => accepted),
      lag: traffic?.value.lag ?? null,
      replicas,
      nodes: this.nodes.neededFor(forEachService((service) => replicas[service].wanted)),
      latency: durations ? latencyOf(this.durationWatch.look(durations.value)) : null,
      books: books?.value ?? null,
      deadLetters: deadLetters?.value ?? null,
    }
    this.feed.tell({ event: 'sample', data: sample })
  }

  /** As the launcher tells, else the members of the groups. */
  private async replicas(): Promise<Record<ServiceName, ReplicaCount>> {
    const told = this.launcher.services
    if (told) {
      return forEachService((service) => ({
        wanted: told[service].wanted,
        ready: told[service].processes.filter(({ ready }) => ready).length,
      }))
    }
    const members = await this.members.answer()
    if (members) this.membersSeen = members.value
    return forEachService((service) => ({
      wanted: this.membersSeen[service],
      ready: this.membersSeen[service],
    }))
  }

  /** All of them, or the question fails: those of some would be taken for all. */
  private async durationsOfReplicas(): Promise<Map<string, Buckets>> {
    const pages = this.operationService.replicas.map(
      async (replica) =>
        [replica, durationBuckets(await this.operationService.metrics(replica))] as const,
    )
    return new Map(await Promise.all(pages))
  }
}

function rate<T>(
  of: Rate,
  found: Found<T> | undefined,
  countOf: (value: T) => number,
): number | null {
  const perSecond = found ? of.of(countOf(found.value), found.at) : null
  return perSecond === null ? null : Math.round(perSecond * 10) / 10
}

function latencyOf(ended: Buckets): Sample['latency'] {
  const [p50, p99] = [quantile(ended, 0.5), quantile(ended, 0.99)]
  return p50 === null || p99 === null ? null : { p50, p99 }
}
