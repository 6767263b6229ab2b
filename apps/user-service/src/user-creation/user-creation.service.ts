import { Inject, Injectable } from '@nestjs/common'

import { type MessageOf, type Step, userCreation, type UserEvent, type UserState } from '#contracts'
import { Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

import { type DecisionRecord } from '../users/decision.schema.js'
import { type UserRecord } from '../users/user.schema.js'
import { UsersRepository } from '../users/users.repository.js'
import { approvalRequest, creationResponse } from './user-creation.messages.js'
import { SagaMetrics } from './user-creation.metrics.js'

/** The saga's deadline, in milliseconds from the acceptance of an operation. */
export const SAGA_DEADLINE = Symbol('SAGA_DEADLINE')

/** An event of the saga with the record that it writes should the table say so, and the trace of its message. */
type Event = {
  type: UserEvent
  user: UserRecord
  decision?: DecisionRecord
  trace: TraceContext | undefined
}
/** The same, with what is known of its user. */
type Case = { event: Event; state: UserState; stored?: DecisionRecord }
type Taken = Case & { step: Step }

/**
 * Runs the saga of user-creation.saga.ts for whole batches: assume a state, write what the table says, and where the
 * database holds a record already, look at it and ask the table again. The unique id decides every race; what is
 * published is what is stored.
 */
@Injectable()
export class UserCreation {
  constructor(
    private readonly repository: UsersRepository,
    private readonly publisher: Publisher,
    private readonly metrics: SagaMetrics,
    @Inject(SAGA_DEADLINE) private readonly deadline: number,
  ) {}

  /**
   * Users are asked for.
   * @param publishedAt when each request was published, in milliseconds since the epoch
   * @param traces what each belongs to; its operation's own trace, if not said
   */
  async request(
    requests: MessageOf<'user-create'>[],
    publishedAt: readonly number[],
    traces: readonly TraceContext[] = [],
  ): Promise<void> {
    const now = new Date()
    const events = requests.map(({ operationId, name, email, createdAt }, index): Event => {
      const user = {
        _id: operationId,
        name,
        ...(email === undefined ? {} : { email }),
        createdAt: new Date(createdAt),
        publishedAt: new Date(publishedAt[index] ?? now),
        requestedAt: now,
      }
      const trace = traces[index]
      const isOverdue = now.getTime() - user.createdAt.getTime() >= this.deadline
      return isOverdue
        ? {
            type: 'overdue',
            user,
            decision: { _id: operationId, approval: 'expired', decidedAt: now },
            trace,
          }
        : { type: 'requested', user, trace }
    })
    await this.run(events.map((event) => ({ event, state: 'absent' })))
  }

  /** Users were decided. @param traces what each decision belongs to; its operation's own trace, if not said */
  async settle(
    decisions: MessageOf<'user-approve-response'>[],
    traces: readonly TraceContext[] = [],
  ): Promise<void> {
    const ids = decisions.map(({ operationId }) => operationId)
    const users = await this.repository.users.find(ids, 'local')
    const known = new Map(users.map((user) => [user._id, user]))
    await this.run(
      decisions.map(({ operationId, decision, reason, decidedAt }, index): Case => {
        const user = known.get(operationId)
        return {
          event: {
            type: decision,
            user: user ?? ({ _id: operationId } as UserRecord),
            decision: {
              _id: operationId,
              approval: decision,
              ...(reason === undefined ? {} : { reason }),
              decidedAt: new Date(decidedAt),
            },
            trace: traces[index],
          },
          state: user ? 'pending' : 'absent',
        }
      }),
    )
  }

  private async run(cases: Case[]): Promise<void> {
    const taken: Taken[] = []
    for (let open = cases; open.length > 0;) {
      const steps = open.map((each) => ({
        ...each,
        step: userCreation[each.state][each.event.type],
      }))
      const refused = await this.write(steps)
      taken.push(...steps.filter(({ event }) => !refused.has(event)))
      open = await this.look(steps.filter(({ event }) => refused.has(event)))
    }
    this.metrics.taken(taken.map(({ state, event, step }) => [state, event.type, step.result]))
    await this.publish(taken)
  }

  /** Writes what the steps say. @returns the events whose record was there already */
  private async write(steps: Taken[]): Promise<Set<Event>> {
    const advancing = steps.flatMap(({ event, state, step }) =>
      step.result === 'advanced' ? [{ event, state, to: step.to }] : [],
    )
    const asking = advancing.filter(({ state }) => state === 'absent').map(({ event }) => event)
    const refused = await insert(this.repository.users, asking, ({ user }) => user)
    const deciding = advancing
      .filter(({ event, to }) => to !== 'pending' && !refused.has(event))
      .map(({ event }) => event)
    const late = await insert(this.repository.decisions, deciding, ({ decision }) => decision!)
    return refused.union(late)
  }

  /** What the database says of users whose record was there already. */
  private async look(steps: Taken[]): Promise<Case[]> {
    if (steps.length === 0) return []
    const ids = steps.map(({ event }) => event.user._id)
    const [users, decisions] = await Promise.all([
      this.repository.users.find(ids),
      this.repository.decisions.find(ids),
    ])
    const user = new Map(users.map((record) => [record._id, record]))
    const decision = new Map(decisions.map((record) => [record._id, record]))
    return steps.map(({ event }) => {
      const { _id } = event.user
      const stored = decision.get(_id)
      return {
        event: { ...event, user: user.get(_id) ?? event.user },
        state: stored?.approval ?? (user.has(_id) ? 'pending' : 'absent'),
        ...(stored ? { stored } : {}),
      }
    })
  }

  private async publish(taken: Taken[]): Promise<void> {
    const asked = taken.filter(({ step }) => 'publish' in step && step.publish === 'user-approve')
    const answered = taken.filter(
      ({ step }) => 'publish' in step && step.publish === 'user-create-response',
    )
    // Before anybody is told of them: one that is stored late may lie below the mark of the walk over pending users.
    await this.repository.position.notice(asked.map(({ event }) => event.user._id))
    await Promise.all([
      this.publisher.publish(
        'user-approve',
        asked.map(({ event }) => approvalRequest(event.user)),
        asked.map(({ event }) => event.trace),
      ),
      this.publisher.publish(
        'user-create-response',
        answered.map(({ event, stored }) =>
          creationResponse(event.user, stored ?? event.decision!),
        ),
        answered.map(({ event }) => event.trace),
      ),
    ])
  }
}

/** Inserts one record for each event. @returns the events whose record was there already */
async function insert<Record extends { _id: string }>(
  records: { insert(records: Record[]): Promise<Set<string>> },
  events: Event[],
  recordOf: (event: Event) => Record,
): Promise<Set<Event>> {
  // Of several events of one user only the first can be the one that writes.
  const first = new Map(events.toReversed().map((event) => [event.user._id, event]))
  const present = await records.insert([...first.values()].map(recordOf))
  return new Set(
    events.filter((event) => present.has(event.user._id) || first.get(event.user._id) !== event),
  )
}
