import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'

import { type MessageOf, newOperationId, OUTCOME_OF, topics, type UserEvent } from '#contracts'
import { type Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'
import { OutcomeUnknown, type RecordOf, Records } from '#store'
import {
  connectTestDatabase,
  decision,
  FakePublisher,
  MemoryRecords,
  recorded,
  type RecordStore,
  userRequest,
} from '#testing'

import { type DecisionRecord, DecisionSchema } from '../users/decision.schema.js'
import { type UserRecord, UserSchema } from '../users/user.schema.js'
import { type UsersRepository } from '../users/users.repository.js'
import { type SagaMetrics } from './user-creation.metrics.js'
import { UserCreation } from './user-creation.service.js'

const HOUR = 60 * 60 * 1_000

interface Store {
  users: RecordStore<UserRecord>
  decisions: RecordStore<DecisionRecord>
}

/** What the saga asks of it. */
type Used = {
  [Name in keyof Store]: Pick<Store[Name], 'insert' | 'find'>
}

const connection = await connectTestDatabase()
const inDatabase: Store = {
  users: new Records(connection.model<UserRecord>('User', UserSchema)),
  decisions: new Records(connection.model<DecisionRecord>('Decision', DecisionSchema)),
}
const inMemory = (): Store => ({ users: new MemoryRecords(), decisions: new MemoryRecords() })

/** A replica of the service. */
class Replica {
  readonly steps: string[] = []
  /** Of the messages that it is given from now on. */
  traces: TraceContext[] = []
  private readonly saga: UserCreation

  constructor(store: Used, publisher: Pick<Publisher, 'publish'>, deadline = HOUR) {
    const metrics: Pick<SagaMetrics, 'taken'> = {
      taken: (steps) => this.steps.push(...steps.map((step) => step.join(' '))),
    }
    this.saga = new UserCreation(
      { ...store, position: { notice: async () => undefined } } as unknown as UsersRepository,
      publisher as Publisher,
      metrics as SagaMetrics,
      deadline,
    )
  }

  request(...requests: MessageOf<'user-create'>[]): Promise<void> {
    return this.saga.request(
      requests,
      requests.map(() => Date.now()),
      this.traces,
    )
  }

  settle(...decisions: MessageOf<'user-approve-response'>[]): Promise<void> {
    return this.saga.settle(decisions, this.traces)
  }
}

describe.each(Object.entries({ 'in the database': () => inDatabase, 'in memory': inMemory }))(
  'with its records %s, the creation of a user',
  (_, open) => {
    let store: Store
    let publisher: FakePublisher
    let replica: Replica
    /** A replica that takes every request for overdue. */
    let impatient: Replica

    beforeEach(() => {
      store = open()
      publisher = new FakePublisher()
      replica = new Replica(store, publisher)
      impatient = new Replica(store, publisher, 0)
    })

    const outcomes = (id: string) =>
      publisher.published('user-create-response', id).map(({ outcome }) => outcome)

    it('publishes with the trace of the message that it handles, also for one that comes again', async () => {
      const traceOf = (digit: string) => ({
        traceparent: `00-${digit.repeat(32)}-${digit.repeat(16)}-01`,
        tracestate: `came=${digit}`,
      })
      const [request, other] = [userRequest(), userRequest()]
      const { operationId } = request
      replica.traces = [traceOf('a'), traceOf('b')]
      await replica.request(other, request)
      replica.traces = [traceOf('c')]
      await replica.request(request)
      expect(publisher.traces('user-approve', operationId)).toEqual([traceOf('b'), traceOf('c')])
      replica.traces = [traceOf('d')]
      await replica.settle(decision(operationId))
      replica.traces = [traceOf('e')]
      await replica.settle(decision(operationId))
      replica.traces = [traceOf('f')]
      await replica.request(request)
      const answers = publisher.traces('user-create-response', operationId)
      expect(answers).toEqual([traceOf('d'), traceOf('e'), traceOf('f')])
    })

    it('takes the recorded messages, and publishes messages of its topics', async () => {
      const patient = new Replica(store, publisher, Infinity)
      await patient.request(recorded('user-create'))
      await patient.settle(recorded('user-approve-response'))
      const { operationId } = recorded('user-create')
      const [asked] = publisher.published('user-approve', operationId)
      const [answered] = publisher.published('user-create-response', operationId)
      expect(topics['user-approve'].accepts(asked)).toBe(true)
      expect(topics['user-create-response'].accepts(answered)).toBe(true)
    })

    it('stores the user, and asks for its approval', async () => {
      const request = userRequest({ name: 'bob', email: 'bob@example.org' })
      const { operationId, name, email, createdAt } = request
      await replica.request(request)
      expect(await store.users.get(operationId)).toMatchObject({
        name,
        email,
        createdAt: new Date(createdAt),
      })
      expect(publisher.published('user-approve', operationId)).toEqual([
        { operationId, userId: operationId, name, email },
      ])
      expect(replica.steps).toEqual(['absent requested advanced'])
    })

    it.each([
      { decided: 'approved', answer: { outcome: 'completed' } },
      { decided: 'rejected', answer: { outcome: 'failed', error: { code: 'approval-rejected' } } },
    ] as const)('that is $decided stores that, and answers', async ({ decided, answer }) => {
      const request = userRequest()
      const { operationId } = request
      const decidedAt = '2025-11-20T05:07:37.815Z'
      await replica.request(request)
      await replica.settle(decision(operationId, { decision: decided, decidedAt }))
      expect(await store.decisions.get(operationId)).toMatchObject({
        approval: decided,
        decidedAt: new Date(decidedAt),
      })
      expect(publisher.published('user-create-response', operationId)).toMatchObject([
        { userId: operationId, ...answer, steps: { decidedAt } },
      ])
    })

    it('that is asked for after the deadline expires, known or not', async () => {
      const [known, unknown] = [userRequest(), userRequest()]
      await replica.request(known)
      await impatient.request(known, unknown)
      for (const { operationId } of [known, unknown]) {
        expect(await store.users.get(operationId)).toBeDefined()
        expect(await store.decisions.get(operationId)).toMatchObject({ approval: 'expired' })
        expect(publisher.published('user-create-response', operationId)).toMatchObject([
          { outcome: 'failed', error: { code: 'approval-deadline' } },
        ])
      }
    })

    it('that is asked for again while pending asks again, and stores nothing more', async () => {
      const request = userRequest()
      await replica.request(request)
      const stored = await store.users.get(request.operationId)
      await replica.request({ ...request, name: 'mallory' })
      expect(await store.users.get(request.operationId)).toEqual(stored)
      const names = publisher.published('user-approve', request.operationId).map(({ name }) => name)
      expect(names).toEqual(['alice', 'alice'])
      expect(replica.steps.at(-1)).toBe('pending requested duplicate')
    })

    it('that is asked for again once decided answers again, and does not ask', async () => {
      const request = userRequest()
      const { operationId } = request
      await replica.request(request)
      await replica.settle(decision(operationId))
      await replica.request(request)
      await impatient.request(request)
      const [first, ...repeated] = publisher.published('user-create-response', operationId)
      expect(repeated).toEqual([first, first])
      expect(publisher.published('user-approve', operationId)).toHaveLength(1)
    })

    it('that is decided otherwise later answers with what is stored', async () => {
      const request = userRequest()
      const { operationId } = request
      await replica.request(request)
      await replica.settle(decision(operationId, { decision: 'rejected' }))
      const stored = await store.decisions.get(operationId)
      await replica.settle(decision(operationId, { decision: 'approved' }))
      expect(await store.decisions.get(operationId)).toEqual(stored)
      expect(outcomes(operationId)).toEqual(['failed', 'failed'])
      expect(replica.steps.at(-1)).toBe('rejected approved late')
    })

    it('that nobody asked for is neither stored nor answered, and counted', async () => {
      const id = newOperationId()
      await replica.settle(decision(id))
      expect(await store.decisions.get(id)).toBeUndefined()
      expect(outcomes(id)).toEqual([])
      expect(replica.steps).toEqual(['absent approved unknown'])
    })

    it('takes several events of one user in one batch, in their order', async () => {
      const [request, other] = [userRequest(), userRequest()]
      await replica.request(request, other, request, request)
      expect(publisher.published('user-approve', request.operationId)).toHaveLength(3)
      const { operationId } = request
      await replica.settle(
        decision(operationId, { decision: 'rejected' }),
        decision(operationId, { decision: 'approved' }),
        decision(other.operationId),
        decision(operationId, { decision: 'rejected' }),
      )
      expect(await store.decisions.get(operationId)).toMatchObject({ approval: 'rejected' })
      expect(outcomes(operationId)).toEqual(['failed', 'failed', 'failed'])
      expect(outcomes(other.operationId)).toEqual(['completed'])
    })

    it('is decided once when a decision and the expiry race, from two replicas', async () => {
      const requests = Array.from({ length: 300 }, () => userRequest())
      await replica.request(...requests)
      const inBatches = <Each>(all: Each[]) => [
        all.slice(0, 100),
        all.slice(100, 200),
        all.slice(200),
      ]
      const decisions = requests.map(({ operationId }, index) =>
        decision(operationId, { decision: index % 2 ? 'approved' : 'rejected' }),
      )
      await Promise.all([
        ...inBatches(decisions).map((batch) => replica.settle(...batch)),
        ...inBatches(requests.toReversed()).map((batch) => impatient.request(...batch)),
      ])
      for (const { operationId } of requests) {
        const stored = await store.decisions.get(operationId)
        const { outcome } = OUTCOME_OF[stored!.approval]
        expect(outcomes(operationId)).toEqual([outcome, outcome])
      }
    })

    it('is told as failed while the broker does not take what follows, and goes on from there', async () => {
      const request = userRequest()
      publisher.isAway = true
      await expect(replica.request(request)).rejects.toMatchObject({ canRetry: true })
      publisher.isAway = false
      await replica.request(request)
      expect(publisher.published('user-approve', request.operationId)).toHaveLength(1)
    })
  },
)

/** What becomes of a call: it happens, fails before its effect, or has its effect and is not heard of. */
type Fate = 'happens' | 'fails' | 'is lost'

/** Calls fail by these fates, one after the other; when there are no more, they happen. */
function failing<Call extends (...args: never[]) => Promise<unknown>>(
  fates: Fate[],
  call: Call,
): Call {
  return (async (...args: Parameters<Call>) => {
    const fate = fates.shift() ?? 'happens'
    if (fate === 'fails') throw new OutcomeUnknown()
    const result = await call(...args)
    if (fate === 'is lost') throw new OutcomeUnknown()
    return result
  }) as Call
}

function flaky<Record extends RecordOf>(
  records: RecordStore<Record>,
  scheduler: fc.Scheduler,
  fates: Fate[],
): Pick<RecordStore<Record>, 'insert' | 'find'> {
  const bad = <Call extends (...args: never[]) => Promise<unknown>>(call: Call) =>
    (async (...args: Parameters<Call>) => {
      await scheduler.schedule(Promise.resolve())
      return failing(fates, call)(...args)
    }) as Call
  return {
    insert: bad((all: readonly Record[]) => records.insert(all)),
    find: bad((ids: readonly string[]) => records.find(ids)),
  }
}

const IDS = Array.from({ length: 3 }, newOperationId)

/** A batch as it comes from one of the topics. */
const batches = fc.array(
  fc.record({
    event: fc.constantFrom<UserEvent>('requested', 'overdue', 'approved', 'rejected'),
    ids: fc.array(fc.constantFrom(...IDS), { minLength: 1, maxLength: 4 }),
  }),
  { maxLength: 12 },
)
const fates = fc.array(fc.constantFrom<Fate>('happens', 'happens', 'fails', 'is lost'), {
  maxLength: 40,
})

describe('however calls interleave and fail, and batches come again until they are done', () => {
  it('a user is decided once, what is published is what is stored, and nothing is left out', async () => {
    const told = fc.assert(
      fc.asyncProperty(fc.scheduler(), batches, fates, async (scheduler, story, ill) => {
        const store = inMemory()
        const publisher = new FakePublisher()
        const unreliable: Pick<Publisher, 'publish'> = {
          publish: failing(ill, (...args) => publisher.publish(...args)),
        }
        const flakyStore: Used = {
          users: flaky(store.users, scheduler, ill),
          decisions: flaky(store.decisions, scheduler, ill),
        }
        const replicas = {
          patient: new Replica(flakyStore, unreliable),
          impatient: new Replica(flakyStore, unreliable, 0),
        }
        const work = story.map(({ event, ids }) =>
          untilDone(() => {
            const requests = ids.map((operationId) => userRequest({ operationId }))
            if (event === 'requested') return replicas.patient.request(...requests)
            if (event === 'overdue') return replicas.impatient.request(...requests)
            return replicas.patient.settle(...ids.map((id) => decision(id, { decision: event })))
          }),
        )
        await scheduler.waitFor(Promise.all(work))
        for (const id of IDS) await expectConsistent(id, story, store, publisher)
      }),
      { numRuns: 500 },
    )
    await expect(told).resolves.toBeUndefined()
  })
})

/** As the transport does with what can be tried again. */
async function untilDone(handle: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await handle()
      return
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error
    }
  }
}

async function expectConsistent(
  id: string,
  story: { event: UserEvent; ids: string[] }[],
  store: Store,
  publisher: FakePublisher,
): Promise<void> {
  const events = new Set(story.filter(({ ids }) => ids.includes(id)).map(({ event }) => event))
  const wasRequested = events.has('requested') || events.has('overdue')
  const [user, decided] = [await store.users.get(id), await store.decisions.get(id)]
  expect(user !== undefined).toBe(wasRequested)
  if (events.has('overdue')) expect(decided).toBeDefined()
  if (!wasRequested) expect(decided).toBeUndefined()
  const answers = publisher.published('user-create-response', id)
  const expected = decided && OUTCOME_OF[decided.approval].outcome
  expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(decided ? [expected] : []))
  if (user && !decided) expect(publisher.published('user-approve', id)).not.toEqual([])
}
