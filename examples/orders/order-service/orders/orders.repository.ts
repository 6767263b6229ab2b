import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { DatabaseUnavailable, type Reading, Records, WalkPosition } from '#store'

import { ORDER_ENDS, type OrderEvent, type OrderState } from '../../contracts/order.saga.js'
import { type Happening, type SagaStore, type Taken } from '../../saga/take-steps.js'
import { OrderRecord, StepRecord } from './order.schema.js'

export type OrderHappening = Happening<OrderEvent> & {
  at: Date
  /** Of a request. */
  order?: OrderRecord
}

/** What is stored of an order. */
export interface KnownOrder {
  state: OrderState
  order?: OrderRecord
  /** Whether it was given up before its stock was reserved. */
  isExpired: boolean
}

export type OrderStep = Taken<OrderState, OrderHappening, KnownOrder>

/** The store of order-service: `orders`, and how each of the states was left. */
@Injectable()
export class OrdersRepository implements SagaStore<OrderState, OrderHappening, KnownOrder> {
  readonly orders: Records<OrderRecord>
  readonly reservations: Records<StepRecord>
  readonly payments: Records<StepRecord>
  readonly releases: Records<StepRecord>
  /** How far the walk over open orders is. */
  readonly position: WalkPosition

  constructor(
    @InjectModel('orders') order: Model<OrderRecord>,
    @InjectModel('reservations') reservation: Model<StepRecord>,
    @InjectModel('payments') payment: Model<StepRecord>,
    @InjectModel('releases') release: Model<StepRecord>,
  ) {
    this.orders = new Records(order)
    this.reservations = new Records(reservation)
    this.payments = new Records(payment)
    this.releases = new Records(release)
    this.position = new WalkPosition(order.db)
  }

  async read(ids: readonly string[], reading: Reading): Promise<Map<string, KnownOrder>> {
    // From the end: what led to a record was written before it, and so is found after it.
    const releases = byId(await this.releases.find(ids, reading))
    const payments = byId(await this.payments.find(ids, reading))
    const reservations = byId(await this.reservations.find(ids, reading))
    const orders = byId(await this.orders.find(ids, reading))
    return new Map(
      ids.map((id) => {
        const [order, reservation] = [orders.get(id), reservations.get(id)]
        const last = releases.get(id) ?? payments.get(id) ?? reservation
        // A server that was elected just now may not show all yet that the one before it did.
        if (last && !(order && reservation)) throw new DatabaseUnavailable()
        const state = last?.state ?? (order ? 'reserving' : 'absent')
        const isExpired = reservation?.state === 'releasing'
        return [id, { state, isExpired, ...(order ? { order } : {}) }]
      }),
    )
  }

  async write(steps: readonly OrderStep[]): Promise<Set<string>> {
    const leaving = (state: OrderState) => steps.filter(({ known }) => known.state === state)
    const stepRecords = (state: OrderState) =>
      leaving(state).map(({ happening, after }) => ({
        _id: happening.id,
        state: after,
        at: happening.at,
      }))
    const present = await Promise.all([
      this.orders.insert(leaving('absent').map(({ happening }) => happening.order!)),
      this.reservations.insert(stepRecords('reserving')),
      this.payments.insert(stepRecords('paying')),
      this.releases.insert(stepRecords('releasing')),
    ])
    return new Set(present.flatMap((ids) => [...ids]))
  }

  /** Which of these orders have ended, and how. @throws DatabaseUnavailable, OutcomeUnknown */
  async ended(ids: readonly string[]): Promise<Map<string, string>> {
    const ends: readonly OrderState[] = ORDER_ENDS
    const known = await this.read(ids, 'majority')
    return new Map(
      [...known].flatMap(([id, { state }]) => (ends.includes(state) ? [[id, state]] : [])),
    )
  }
}

function byId<Record extends { _id: string }>(records: Record[]): Map<string, Record> {
  return new Map(records.map((record) => [record._id, record]))
}
