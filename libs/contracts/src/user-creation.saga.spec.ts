import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Decision, OUTCOME_OF } from './states.js'
import {
  type Step,
  USER_EVENTS,
  USER_STATES,
  userCreation,
  type UserEvent,
  type UserState,
} from './user-creation.saga.js'

type Cell = [state: UserState, event: UserEvent, step: Step]

const asksForApproval = { publish: 'user-approve' } as const
const answers = { publish: 'user-create-response' } as const
const asksAgain = { result: 'duplicate', ...asksForApproval } as const
const answersAgain = { result: 'duplicate', ...answers } as const
const answersTheLate = { result: 'late', ...answers } as const

// prettier-ignore
const cells: Cell[] = [
  ['absent',   'requested', { result: 'advanced', to: 'pending', ...asksForApproval }],
  ['absent',   'overdue',   { result: 'advanced', to: 'expired', ...answers }],
  ['absent',   'approved',  { result: 'unknown' }],
  ['absent',   'rejected',  { result: 'unknown' }],
  ['pending',  'requested', asksAgain],
  ['pending',  'overdue',   { result: 'advanced', to: 'expired', ...answers }],
  ['pending',  'approved',  { result: 'advanced', to: 'approved', ...answers }],
  ['pending',  'rejected',  { result: 'advanced', to: 'rejected', ...answers }],
  ['approved', 'requested', answersAgain],
  ['approved', 'overdue',   answersAgain],
  ['approved', 'approved',  answersAgain],
  ['approved', 'rejected',  answersTheLate],
  ['rejected', 'requested', answersAgain],
  ['rejected', 'overdue',   answersAgain],
  ['rejected', 'approved',  answersTheLate],
  ['rejected', 'rejected',  answersAgain],
  ['expired',  'requested', answersAgain],
  ['expired',  'overdue',   answersAgain],
  ['expired',  'approved',  answersTheLate],
  ['expired',  'rejected',  answersTheLate],
]

describe('the creation of a user', () => {
  it.each(cells)('when %s and %s', (state, event, step) => {
    expect(userCreation[state][event]).toEqual(step)
  })

  it('has no cell that is not written out above', () => {
    const states = Object.entries(userCreation)
    const listed = new Set(cells.map(([state, event]) => `${state} ${event}`))
    const there = states.flatMap(([state, row]) =>
      Object.keys(row).map((event) => `${state} ${event}`),
    )
    expect(there.toSorted()).toEqual([...listed].toSorted())
  })
})

interface Seen {
  state: UserState
  event: UserEvent
  step: Step
  after: UserState
}

/** What comes of the events, one after the other, from the beginning. */
function run(events: readonly UserEvent[]): Seen[] {
  let state: UserState = 'absent'
  return events.map((event) => {
    const step = userCreation[state][event]
    const before = state
    if (step.result === 'advanced') state = step.to
    return { state: before, event, step, after: state }
  })
}

const decided = new Set<UserState>(['approved', 'rejected', 'expired'])
const follows: Record<UserState, string | undefined> = {
  absent: undefined,
  pending: 'user-approve',
  approved: 'user-create-response',
  rejected: 'user-create-response',
  expired: 'user-create-response',
}
const histories = fc.array(fc.constantFrom(...USER_EVENTS), { maxLength: 30 })

describe('whatever comes, in whatever order and however often', () => {
  it('every event meets a step, and leads to a state of the table', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const { step, after } of run(events)) {
          expect(step).toBeDefined()
          expect(USER_STATES).toContain(after)
        }
      }),
    )
  })

  it('a decided state never changes', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const settled = run(events).filter(({ state }) => decided.has(state))
        expect(settled.map(({ after }) => after)).toEqual(settled.map(({ state }) => state))
      }),
    )
  })

  it('at most one step decides', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const decisions = run(events).filter(
          ({ state, after }) => state !== after && decided.has(after),
        )
        expect(decisions.length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('approval is asked for while it is pending, and an answer given once it is decided', () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const { step, after } of run(events)) {
          const published = 'publish' in step ? step.publish : undefined
          expect(published).toBe(follows[after])
        }
      }),
    )
  })

  it('once it was asked for, being overdue or decided ends it', () => {
    fc.assert(
      fc.property(
        histories,
        fc.constantFrom('overdue' as const, 'approved' as const, 'rejected' as const),
        (events, last) => {
          const [end] = run([...events, 'requested', last]).slice(-1)
          expect(decided).toContain(end!.after)
        },
      ),
    )
  })
})

it('an approved user completes its operation, any other fails it, each with its own code', () => {
  const outcomes: Record<Decision, object> = OUTCOME_OF
  expect(outcomes).toEqual({
    approved: { outcome: 'completed' },
    rejected: { outcome: 'failed', code: 'approval-rejected' },
    expired: { outcome: 'failed', code: 'approval-deadline' },
  })
})
