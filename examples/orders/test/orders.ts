import { createConnection } from 'mongoose'
import { afterAll } from 'vitest'

import { parseSettings } from '#service-defaults'
import { startTestService, type TestService } from '#testing'

import { type MessageOf } from '../contracts/contracts.js'
import { OrderServiceModule } from '../order-service/order-service.module.js'
import { orderServiceSettings } from '../order-service/order-service.settings.js'
import { type OrderRecord, type StepRecord } from '../order-service/orders/order.schema.js'
import { PaymentServiceModule } from '../payment-service/payment-service.module.js'
import { paymentServiceSettings } from '../payment-service/payment-service.settings.js'
import { StockServiceModule } from '../stock-service/stock-service.module.js'
import { stockServiceSettings } from '../stock-service/stock-service.settings.js'
import { type ReleaseRecord, type ReservationRecord } from '../stock-service/stock/stock.schema.js'

/** Starts one of the services. @param env its environment, beside a few partitions and any port */
export const startOrders = {
  'order-service': (env: Record<string, string>) =>
    start(OrderServiceModule.forRoot(parseSettings(orderServiceSettings, withFew(env)))),
  'stock-service': (env: Record<string, string>) =>
    start(StockServiceModule.forRoot(parseSettings(stockServiceSettings, withFew(env)))),
  'payment-service': (env: Record<string, string>) =>
    start(PaymentServiceModule.forRoot(parseSettings(paymentServiceSettings, withFew(env)))),
}

const start = (module: Parameters<typeof startTestService>[0]): Promise<TestService> =>
  startTestService(module)

const withFew = (env: Record<string, string>) => ({
  PORT: '0',
  TOPIC_PARTITIONS: '3',
  PAYMENT_TAKE_PARTITIONS: '3',
  PAYMENT_WORK_MS: '20',
  ...env,
})

/** The services' databases, seen from outside. To be called at the top of a file. */
export async function openStores(uri: string) {
  const orders = createConnection(uri, { dbName: 'order_service' })
  const stock = createConnection(uri, { dbName: 'stock_service' })
  afterAll(() => Promise.all([orders.close(), stock.close()]))
  await Promise.all([orders.asPromise(), stock.asPromise()])
  return {
    orders: orders.collection<OrderRecord>('orders'),
    reservations: orders.collection<StepRecord>('reservations'),
    payments: orders.collection<StepRecord>('payments'),
    releases: orders.collection<StepRecord>('releases'),
    stockReservations: stock.collection<ReservationRecord>('reservations'),
    stockReleases: stock.collection<ReleaseRecord>('releases'),
  }
}

/**
 * What does not balance between what was answered, what is paid, and what is held in stock; nothing, if all does. Looked at from
 * outside, by walking all of it.
 */
export async function faultsInBooks(
  stores: Awaited<ReturnType<typeof openStores>>,
  answers: readonly MessageOf<'order-create-response'>[],
): Promise<string[]> {
  const outcomes = new Map<string, Set<string>>()
  for (const { operationId, outcome } of answers) {
    outcomes.set(operationId, (outcomes.get(operationId) ?? new Set()).add(outcome))
  }
  const [orders, payments, reservations, releases] = await Promise.all([
    stores.orders.find().toArray(),
    stores.payments.find({ state: 'completed' }).toArray(),
    stores.stockReservations.find({ decision: 'reserved' }).toArray(),
    stores.stockReleases.find().toArray(),
  ])
  const paid = new Set(payments.map(({ _id }) => _id))
  const released = new Set(releases.map(({ _id }) => _id))
  const held = new Set(reservations.map(({ _id }) => _id).filter((id) => !released.has(id)))
  const known = new Set(orders.map(({ _id }) => _id))
  return [
    ...[...outcomes.keys()].filter((id) => !known.has(id)).map((id) => `${id} was never asked for`),
    ...[...known].flatMap((id) => {
      const [outcome, ...more] = outcomes.get(id) ?? []
      if (outcome === undefined) return [`${id} has no end`]
      if (more.length > 0) return [`${id} has two ends`]
      const isCompleted = outcome === 'completed'
      return [
        ...(paid.has(id) === isCompleted ? [] : [`${id} is ${outcome}, and its payment is not`]),
        ...(held.has(id) === isCompleted ? [] : [`${id} is ${outcome}, and its stock is not`]),
      ]
    }),
  ]
}
