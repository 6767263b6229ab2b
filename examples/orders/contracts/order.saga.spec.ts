import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  ORDER_ENDS,
  ORDER_EVENTS,
  ORDER_FOLLOWS,
  ORDER_STATES,
  type OrderEvent,
  orderSaga,
  type OrderState,
} from './order.saga.js'

type Result = 'again' | 'late' | 'unknown' | `to ${OrderState}`

const ends: readonly OrderState[] = ORDER_ENDS

/** Every state and event. */
// prettier-ignore
const cells: [OrderState, OrderEvent, Result][] = [
  ['absent',    'requested', 'to reserving'],
  ['absent',    'overdue',   'unknown'],
  ['absent',    'reserved',  'unknown'],
  ['absent',    'sold-out',  'unknown'],
  ['absent',    'paid',      'unknown'],
  ['absent',    'refused',   'unknown'],
  ['absent',    'released',  'unknown'],
  ['reserving', 'requested', 'again'],
  ['reserving', 'overdue',   'to releasing'],
  ['reserving', 'reserved',  'to paying'],
  ['reserving', 'sold-out',  'to sold-out'],
  ['reserving', 'paid',      'unknown'],
  ['reserving', 'refused',   'unknown'],
  ['reserving', 'released',  'unknown'],
  ['paying',    'requested', 'again'],
  ['paying',    'overdue',   'again'],
  ['paying',    'reserved',  'again'],
  ['paying',    'sold-out',  'late'],
  ['paying',    'paid',      'to completed'],
  ['paying',    'refused',   'to releasing'],
  ['paying',    'released',  'unknown'],
  ['releasing', 'requested', 'again'],
  ['releasing', 'overdue',   'again'],
  ['releasing', 'reserved',  'late'],
  ['releasing', 'sold-out',  'late'],
  ['releasing', 'paid',      'late'],
  ['releasing', 'refused',   'again'],
  ['releasing', 'released',  'to cancelled'],
  ['completed', 'requested', 'again'],
  ['completed', 'overdue',   'again'],
  ['completed', 'reserved',  'again'],
  ['completed', 'sold-out',  'late'],
  ['completed', 'paid',      'again'],
  ['completed', 'refused',   'late'],
  ['completed', 'released',  'unknown'],
  ['sold-out',  'requested', 'again'],
  ['sold-out',  'overdue',   'again'],
  ['sold-out',  'reserved',  'late'],
  ['sold-out',  'sold-out',  'again'],
  ['sold-out',  'paid',      'unknown'],
  ['sold-out',  'refused',   'unknown'],
  ['sold-out',  'released',  'unknown'],
  ['cancelled', 'requested', 'again'],
  ['cancelled', 'overdue',   'again'],
  ['cancelled', 'reserved',  'late'],
  ['cancelled', 'sold-out',  'late'],
  ['cancelled', 'paid',      'late'],
  ['cancelled', 'refused',   'again'],
  ['cancelled', 'released',  'again'],
]

function resultOf(state: OrderState, event: OrderEvent): Result {
  const step = orderSaga[state][event]
  if (step.result === 'advanced') return `to ${step.to}`
  return step.result === 'duplicate' ? 'again' : step.result
}

describe('an order', () => {
  it.each(cells)('when %s and %s: %s', (state, event, result) => {
    expect(resultOf(state, event)).toBe(result)
  })

  it('has no cell that is not written out above', () => {
    const listed = cells.map(([state, event]) => `${state} ${event}`)
    const there = Object.entries(orderSaga).flatMap(([state, row]) =>
      Object.keys(row).map((event) => `${state} ${event}`),
    )
    expect(there.toSorted()).toEqual(listed.toSorted())
  })
})

/** The states after each of these events, from the beginning. */
function run(events: readonly OrderEvent[]): OrderState[] {
  let state: OrderState = 'absent'
  return events.map((event) => {
    const step = orderSaga[state][event]
    if (step.result === 'advanced') state = step.to
    return state
  })
}

const histories = fc.array(fc.constantFrom(...ORDER_EVENTS), { maxLength: 30 })

describe('whatever comes, in whatever order and however often', () => {
  it('an end never changes', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const states = run(events)
        const end = states.findIndex((state) => ends.includes(state))
        if (end >= 0) expect(new Set(states.slice(end))).toEqual(new Set([states[end]]))
      }),
    )
  })

  it('completes only when it was reserved and paid, and is cancelled only when it was released', () => {
    fc.assert(
      fc.property(histories, (events) => {
        const last = run(events).at(-1)
        if (last === 'completed')
          expect(events).toEqual(expect.arrayContaining(['reserved', 'paid']))
        if (last === 'cancelled') expect(events).toContain('released')
      }),
    )
  })

  it('being overdue never ends it once its payment was asked for', () => {
    for (const state of ORDER_STATES.filter((each) => !['absent', 'reserving'].includes(each))) {
      expect(orderSaga[state].overdue.result).toBe('duplicate')
    }
  })

  it('an open one can be ended by what it has asked for', () => {
    const answers: Partial<Record<OrderState, OrderEvent[]>> = {
      reserving: ['reserved', 'sold-out'],
      paying: ['paid', 'refused'],
      releasing: ['released'],
    }
    for (const state of ORDER_STATES) {
      if (state === 'absent' || ends.includes(state)) continue
      expect(ORDER_FOLLOWS[state]).not.toBe('order-create-response')
      for (const event of answers[state]!) expect(orderSaga[state][event].result).toBe('advanced')
    }
  })
})
