import { Inject, Injectable, Logger } from '@nestjs/common'
import { setTimeout as sleep } from 'node:timers/promises'

import { mayComeAgainFor, type MessageOf, SEGMENT_AGE, topicRetention } from '#contracts'
import { Publisher } from '#kafka'
import { ProblemException, ServiceError, type TraceContext } from '#service-defaults'

import { UsersRepository } from '../users/users.repository.js'
import { type ErasureDto } from './erasure.dto.js'

/** The saga's deadline, in milliseconds from the acceptance of an operation. */
export const DECIDED_WITHIN = Symbol('DECIDED_WITHIN')
/** Milliseconds: a client is told soon that the broker is away. */
const PUBLISH_WITHIN = 1_500
/** Seconds after which a user that was just asked for is decided, as a rule. */
const LOOK_AGAIN = 1

/** Erases a person's data, here and wherever else it is stored. What remains keeps the books, and every duplicate away. */
@Injectable()
export class Erasure {
  private readonly logger = new Logger(Erasure.name)

  constructor(
    private readonly repository: UsersRepository,
    private readonly publisher: Publisher,
    @Inject(DECIDED_WITHIN) private readonly decidedWithin: number,
  ) {}

  /**
   * Asks every service to erase the data of a user: they will once this returns, for the message is stored.
   * @param trace what the request belongs to; the trace of the user's operation, if not said
   * @throws ProblemException 404 when there is no such user, 409 while it is pending; DatabaseUnavailable,
   * OutcomeUnknown; BrokerUnavailable, a ServiceError `broker-unavailable`
   */
  async request(id: string, trace?: TraceContext): Promise<ErasureDto> {
    const found = await this.repository.get(id)
    if (!found) throw new ProblemException({ status: 404, detail: `There is no user ${id}.` })
    if (!found.decision) throw this.pending(id, found.user.createdAt)
    const now = Date.now()
    const requestedAt = new Date(now).toISOString()
    await this.publish({ operationId: id, userId: id, requestedAt }, trace)
    const inTopics = topicRetention(this.decidedWithin) + SEGMENT_AGE
    return {
      userId: id,
      requestedAt,
      messagesKeptUntil: new Date(now + inTopics).toISOString(),
      deadLettersKeptUntil: new Date(now + mayComeAgainFor(this.decidedWithin)).toISOString(),
    }
  }

  /** Takes the data out of users and decisions that are stored. @throws DatabaseUnavailable, OutcomeUnknown */
  async erase(requests: MessageOf<'user-erase'>[]): Promise<void> {
    const { users, decisions } = this.repository
    const ids = new Set(requests.map(({ operationId }) => operationId))
    // While its saga is under way a user's data is needed; what asks for it here then is no message of this service.
    const decided = [...(await decisions.present([...ids], 'local'))]
    if (decided.length < ids.size) {
      this.logger.warn(`${ids.size - decided.length} users are not decided, and were not erased.`)
    }
    const now = new Date()
    await users.erase(decided, ['name', 'email'], now)
    await decisions.erase(decided, ['reason'], now)
  }

  private pending(id: string, createdAt: Date): ProblemException {
    const decidedBy = new Date(createdAt.getTime() + this.decidedWithin).toISOString()
    return new ProblemException(
      {
        status: 409,
        detail: `User ${id} is pending, and its creation needs the data. Repeat the request once it is decided, at the latest after ${decidedBy}.`,
      },
      { 'Retry-After': String(LOOK_AGAIN) },
    )
  }

  /** Should it be late, it may be taken yet: that does no harm. */
  private async publish(message: MessageOf<'user-erase'>, trace?: TraceContext): Promise<void> {
    const published = this.publisher.publish('user-erase', [message], [trace]).then(() => true)
    const isPublished = await Promise.race([
      published,
      sleep(PUBLISH_WITHIN, false, { ref: false }),
    ])
    if (!isPublished) {
      throw new ServiceError('broker-unavailable', { message: 'Kafka has not answered in time.' })
    }
  }
}
