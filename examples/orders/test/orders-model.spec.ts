import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type MessageOf } from '../contracts/contracts.js'
import { OrdersModel, PAYMENT_LIMIT, STOCK_MOST } from './orders-model.js'

/** Nobody handles anything for longer than this: something goes round in circles. */
const MOST_DELIVERIES = 2_000
const RUNS = 150

interface Wanted {
  quantity: number
  amount: number
}

const wanted = fc.record({
  quantity: fc.constantFrom(1, STOCK_MOST, STOCK_MOST + 1),
  amount: fc.constantFrom(0, PAYMENT_LIMIT, PAYMENT_LIMIT + 1),
})
const happenings = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant('deliver' as const) },
    { weight: 3, arbitrary: fc.constant('die' as const) },
    { weight: 1, arbitrary: fc.constant('repeat' as const) },
    { weight: 1, arbitrary: fc.constant('overdue' as const) },
    { weight: 1, arbitrary: fc.constant('lose' as const) },
  ),
  { maxLength: 120, size: 'max' },
)

/** Orders are accepted, the worst happens, and then nothing bad any more. */
async function live(
  orders: Wanted[],
  troubles: ('deliver' | 'die' | 'repeat' | 'overdue' | 'lose')[],
  choose: (most: number) => number,
  options?: { forgetful: boolean },
) {
  const model = new OrdersModel(choose, options)
  const ids = orders.map((each) => model.accept(each))
  const overdue = (some: string[]) =>
    model.publish(
      'order-overdue',
      some.map((operationId) => ({ operationId, askedAt: new Date().toISOString() })),
    )
  for (const trouble of troubles) {
    if (trouble === 'repeat') model.repeat()
    else if (trouble === 'overdue') overdue([ids[choose(ids.length - 1)]!])
    else if (trouble === 'lose') model.lose()
    else if (model.waiting.length > 0)
      await model.deliver(trouble === 'die' ? choose(8) : undefined)
  }
  await settle(model)
  // The caretaker looks: what was lost is asked for again.
  overdue(ids)
  await settle(model)
  return { model, ids }
}

async function settle(model: OrdersModel): Promise<void> {
  for (let count = 0; model.waiting.length > 0; count += 1) {
    expect(count).toBeLessThan(MOST_DELIVERIES)
    await model.deliver()
  }
}

function answersIn(model: OrdersModel, id: string) {
  return model.published
    .filter(({ topic, message }) => topic === 'order-create-response' && message.operationId === id)
    .map(({ message }) => message as MessageOf<'order-create-response'>)
}

/** @throws what does not balance */
function checkBooks(model: OrdersModel, ids: string[], orders: Wanted[]): void {
  const released = new Set(model.stock.documents('releases').map(({ _id }) => _id))
  const held = model.stock
    .documents('reservations')
    .filter(({ _id, decision }) => decision === 'reserved' && !released.has(_id))
    .map(({ _id }) => _id)
  const paid = model.orders.documents('payments').filter(({ state }) => state === 'completed')
  const completed = ids.filter((id) => answersIn(model, id)[0]?.outcome === 'completed')
  for (const [index, id] of ids.entries()) {
    const answers = answersIn(model, id)
    expect(answers.length).toBeGreaterThan(0)
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const { quantity, amount } = orders[index]!
    const code = answers[0]!.error?.code
    if (code === undefined) expect(quantity <= STOCK_MOST && amount <= PAYMENT_LIMIT).toBe(true)
    if (code === 'sold-out') expect(quantity).toBeGreaterThan(STOCK_MOST)
    if (code === 'payment-refused') expect(amount).toBeGreaterThan(PAYMENT_LIMIT)
  }
  expect(model.orders.documents('orders')).toHaveLength(ids.length)
  expect(held.toSorted()).toEqual(completed.toSorted())
  expect(paid.map(({ _id }) => _id).toSorted()).toEqual(completed.toSorted())
}

const anyRun = (options?: { forgetful: boolean }) =>
  fc.asyncProperty(
    fc.array(wanted, { minLength: 1, maxLength: 4 }),
    happenings,
    fc.infiniteStream(fc.nat()),
    async (orders, troubles, numbers) => {
      const choose = (most: number) => (numbers.next().value as number) % (most + 1)
      const { model, ids } = await live(orders, troubles, choose, options)
      checkBooks(model, ids, orders)
    },
  )

describe('wherever handlers die, and messages come twice, late, out of order or not at all', () => {
  it(
    'each order has one end, and stock is held for those that are paid and for no others',
    { timeout: 60_000 },
    async () => {
      await fc.assert(anyRun(), { numRuns: RUNS, seed: 1 })
    },
  )

  it('a release that leaves no record where nothing is reserved yet is found out', async () => {
    const { failed } = await fc.check(anyRun({ forgetful: true }), {
      numRuns: 10 * RUNS,
      seed: 1,
      endOnFailure: true,
    })
    expect(failed).toBe(true)
  })

  it('every way to end is met', async () => {
    const codes = new Set<string>()
    const meets = fc.asyncProperty(wanted, fc.boolean(), async (order, expires) => {
      const { model, ids } = await live(
        [order],
        expires ? ['deliver', 'lose', 'overdue'] : [],
        () => 0,
      )
      codes.add(answersIn(model, ids[0]!)[0]!.error?.code ?? 'completed')
    })
    await fc.assert(meets, { seed: 1 })
    expect(codes).toEqual(new Set(['completed', 'sold-out', 'payment-refused', 'order-deadline']))
  })
})
