import { Inject, Injectable, Logger } from '@nestjs/common'

import { acceptedAt } from '#contracts'
import { canRetry, Publisher } from '#kafka'

import { storedTrace } from '../operations/operation-trace.js'
import { OperationsRepository } from '../operations/operations.repository.js'
import { asMessage } from '../publication/outbox.service.js'

/** The saga's deadline, in milliseconds. */
export const OVERDUE_AFTER = Symbol('OVERDUE_AFTER')

const ASK_AGAIN_AFTER = 5_000
const ASK_AGAIN_AT_MOST_EVERY = 60_000

/**
 * Publishes `user-create` again for operations that are still open after the saga's deadline: user-service answers with
 * what it has decided, or expires the user. So the deadline reaches whatever was lost on the way, and user-service alone
 * decides.
 */
@Injectable()
export class OverdueOperations {
  private readonly logger = new Logger(OverdueOperations.name)
  private asked = new Map<string, { times: number; next: number }>()

  constructor(
    @Inject(OVERDUE_AFTER) private readonly overdueAfter: number,
    private readonly repository: OperationsRepository,
    private readonly publisher: Publisher,
  ) {}

  /** What was accepted before this time is overdue; milliseconds since the epoch. */
  get horizon(): number {
    return Date.now() - this.overdueAfter
  }

  /** @param open the oldest open ids: how many there are bounds how much is asked at a time */
  askAgain(open: readonly string[]): void {
    const now = Date.now()
    const overdue = open.filter((id) => acceptedAt(id) <= this.horizon)
    const due = overdue.filter((id) => (this.asked.get(id)?.next ?? 0) <= now)
    this.asked = new Map(
      overdue.map((id) => {
        const { times, next } = this.asked.get(id) ?? { times: 0, next: 0 }
        if (next > now) return [id, { times, next }]
        const wait = Math.min(ASK_AGAIN_AFTER * 2 ** times, ASK_AGAIN_AT_MOST_EVERY)
        return [id, { times: times + 1, next: now + wait }]
      }),
    )
    if (due.length > 0) void this.publish(due)
  }

  private async publish(ids: string[]): Promise<void> {
    try {
      const operations = await this.repository.operations.find(ids)
      await this.publisher.publish(
        'user-create',
        operations.map(asMessage),
        operations.map(storedTrace),
      )
      this.logger.log(`Asked again for ${ids.length} operations that are overdue.`)
    } catch (error) {
      for (const id of ids) this.asked.delete(id)
      if (!canRetry(error)) this.logger.error('Overdue operations were not asked for again.', error)
    }
  }
}
