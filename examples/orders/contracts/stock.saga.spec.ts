import { describe, expect, it } from 'vitest'

import {
  STOCK_EVENTS,
  STOCK_STATES,
  type StockEvent,
  stockSaga,
  type StockState,
} from './stock.saga.js'
import { duplicate, late, type Step, to } from './table.js'

// prettier-ignore
const cells: [StockState, StockEvent, Step<StockState>][] = [
  ['absent',   'granted',   to('reserved')],
  ['absent',   'denied',    to('sold-out')],
  ['absent',   'dismissed', to('released')],
  ['reserved', 'granted',   duplicate],
  ['reserved', 'denied',    late],
  ['reserved', 'dismissed', to('released')],
  ['sold-out', 'granted',   late],
  ['sold-out', 'denied',    duplicate],
  ['sold-out', 'dismissed', to('released')],
  ['released', 'granted',   late],
  ['released', 'denied',    late],
  ['released', 'dismissed', duplicate],
]

describe('what is reserved for an order', () => {
  it.each(cells)('when %s and %s', (state, event, step) => {
    expect(stockSaga[state][event]).toEqual(step)
  })

  it('has no cell that is not written out above', () => {
    expect(cells).toHaveLength(STOCK_STATES.length * STOCK_EVENTS.length)
  })

  it('is nothing once it was released, whatever comes', () => {
    for (const event of STOCK_EVENTS) expect(stockSaga.released[event].result).not.toBe('advanced')
  })
})
