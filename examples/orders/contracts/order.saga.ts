import { type TopicName } from './contracts.js'
import { duplicate, late, type Table, to, unknown } from './table.js'

/**
 * An order, as order-service sees it: stock is reserved, then the payment is taken; when it is refused, the stock is released
 * again. A pure, total table, which knows no clock and no I/O.
 *
 * Payment is the point of no return. What was asked for before it can be taken back, so an order that is `overdue` then ends;
 * a payment that was asked for may have been taken, so from there on being overdue only asks again.
 */
export const ORDER_STATES = [
  'absent',
  'reserving',
  'paying',
  'releasing',
  'completed',
  'sold-out',
  'cancelled',
] as const
export type OrderState = (typeof ORDER_STATES)[number]

/** States that never change any more. */
export const ORDER_ENDS = ['completed', 'sold-out', 'cancelled'] as const satisfies OrderState[]

export const ORDER_EVENTS = [
  'requested',
  'overdue',
  'reserved',
  'sold-out',
  'paid',
  'refused',
  'released',
] as const
export type OrderEvent = (typeof ORDER_EVENTS)[number]

// prettier-ignore
export const orderSaga: Table<OrderState, OrderEvent> = {
  absent:      { requested: to('reserving'), overdue: unknown,         reserved: unknown,      'sold-out': unknown,        paid: unknown,         refused: unknown,         released: unknown },
  reserving:   { requested: duplicate,       overdue: to('releasing'), reserved: to('paying'), 'sold-out': to('sold-out'), paid: unknown,         refused: unknown,         released: unknown },
  paying:      { requested: duplicate,       overdue: duplicate,       reserved: duplicate,    'sold-out': late,           paid: to('completed'), refused: to('releasing'), released: unknown },
  releasing:   { requested: duplicate,       overdue: duplicate,       reserved: late,         'sold-out': late,           paid: late,            refused: duplicate,       released: to('cancelled') },
  completed:   { requested: duplicate,       overdue: duplicate,       reserved: duplicate,    'sold-out': late,           paid: duplicate,       refused: late,            released: unknown },
  'sold-out':  { requested: duplicate,       overdue: duplicate,       reserved: late,         'sold-out': duplicate,      paid: unknown,         refused: unknown,         released: unknown },
  cancelled:   { requested: duplicate,       overdue: duplicate,       reserved: late,         'sold-out': late,           paid: late,            refused: duplicate,       released: duplicate },
}

/** What is published for an order that an event has left in this state. */
export const ORDER_FOLLOWS = {
  reserving: 'stock-reserve',
  paying: 'payment-take',
  releasing: 'stock-release',
  completed: 'order-create-response',
  'sold-out': 'order-create-response',
  cancelled: 'order-create-response',
} as const satisfies Record<Exclude<OrderState, 'absent'>, TopicName>
