import { Injectable, type OnModuleDestroy } from '@nestjs/common'
import { Subject } from 'rxjs'

import { OperationServiceClient } from '../fleet/operation-service-client.js'
import { openLoop } from './open-loop.js'

/** Requests without an answer, at most; beyond them users are left out. */
const MOST_UNDER_WAY = 256

/** Creates users, so many a second. What became of them the books tell. */
@Injectable()
export class LoadService implements OnModuleDestroy {
  /** Whenever there is more or less of it. */
  readonly changes = new Subject<void>()
  private perSecond = 0
  private stop = () => {}
  private underWay = 0
  private count = 0

  constructor(private readonly operationService: OperationServiceClient) {}

  get usersPerSecond(): number {
    return this.perSecond
  }

  /** @param usersPerSecond 0: none */
  set(usersPerSecond: number): void {
    if (usersPerSecond === this.perSecond) return
    this.perSecond = usersPerSecond
    this.stop()
    this.stop = usersPerSecond > 0 ? openLoop(usersPerSecond, () => void this.create()) : () => {}
    this.changes.next()
  }

  onModuleDestroy(): void {
    this.set(0)
  }

  private async create(): Promise<void> {
    if (this.underWay >= MOST_UNDER_WAY) return
    this.underWay += 1
    this.count += 1
    try {
      await this.operationService.createUser(JSON.stringify({ name: `console load ${this.count}` }))
    } catch {
      // Nobody answers: the curves show it.
    } finally {
      this.underWay -= 1
    }
  }
}
