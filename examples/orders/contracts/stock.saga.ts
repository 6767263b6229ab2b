import { type TopicName } from './contracts.js'
import { duplicate, late, type Table, to } from './table.js'

/**
 * What is reserved for an order, as stock-service sees it. A release may come before the reservation that it takes back, which
 * was lost or is late: then nothing will be reserved any more.
 */
export const STOCK_STATES = ['absent', 'reserved', 'sold-out', 'released'] as const
export type StockState = (typeof STOCK_STATES)[number]

/** `granted` and `denied` are a reservation as the policy judges it. */
export const STOCK_EVENTS = ['granted', 'denied', 'dismissed'] as const
export type StockEvent = (typeof STOCK_EVENTS)[number]

// prettier-ignore
export const stockSaga: Table<StockState, StockEvent> = {
  absent:     { granted: to('reserved'), denied: to('sold-out'), dismissed: to('released') },
  reserved:   { granted: duplicate,      denied: late,           dismissed: to('released') },
  'sold-out': { granted: late,           denied: duplicate,      dismissed: to('released') },
  released:   { granted: late,           denied: late,           dismissed: duplicate },
}

/** What is published for an order that an event has left in this state. */
export const STOCK_FOLLOWS = {
  reserved: 'stock-reserve-response',
  'sold-out': 'stock-reserve-response',
  released: 'stock-release-response',
} as const satisfies Record<Exclude<StockState, 'absent'>, TopicName>
