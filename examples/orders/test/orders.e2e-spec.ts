import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { acceptedAt, firstIdAt, newOperationId } from '#contracts'
import { eventually, openTestTopicsOf, startTestBroker, startTestDatabase } from '#testing'

import { startService } from '../../../tools/services/service.ts'
import { type MessageOf, topics } from '../contracts/contracts.js'
import { faultsInBooks, openStores, startOrders } from './orders.js'

const HOUR = 60 * 60 * 1_000

const [broker, database] = await Promise.all([startTestBroker(), startTestDatabase()])
const env = {
  KAFKA_BROKERS: broker.address,
  MONGODB_URI: database.uri,
  SAGA_DEADLINE_MS: String(HOUR),
}
const [orderService, stockService, paymentService] = await Promise.all([
  startOrders['order-service'](env),
  startOrders['stock-service'](env),
  startOrders['payment-service'](env),
])
const [messages, stores] = await Promise.all([
  openTestTopicsOf(topics, broker.address),
  openStores(database.uri),
])

type Order = MessageOf<'order-create'>

/** An operation that was accepted, as operation-service would tell it. */
function order(fields: Partial<Order> = {}): Order {
  const operationId = fields.operationId ?? newOperationId()
  const createdAt = new Date(acceptedAt(operationId)).toISOString()
  return { operationId, item: 'lamp', quantity: 2, amount: 5_980, createdAt, ...fields }
}

const answers = (id: string) => messages.published('order-create-response', id)

async function ended(...orders: Order[]): Promise<MessageOf<'order-create-response'>[]> {
  await messages.publish('order-create', orders)
  return eventually(() =>
    orders.map(({ operationId }) => {
      const [answer] = answers(operationId)
      expect(answer).toBeDefined()
      return answer!.value
    }),
  )
}

/** How often an order took a step; 0 if never. */
async function steps(state: string, event: string, result: string): Promise<number> {
  const text = await (await fetch(`${orderService.url}/metrics`)).text()
  const line = `orders_saga_steps_total{state="${state}",event="${event}",result="${result}"} `
  const found = text.split('\n').find((each) => each.startsWith(line))
  return Number(found?.slice(line.length) ?? 0)
}

const balanced = () =>
  eventually(async () => {
    const all = messages.published('order-create-response').map(({ value }) => value)
    expect(await faultsInBooks(stores, all)).toEqual([])
  })

describe('an order', () => {
  it('completes: its stock is reserved, then it is paid', async () => {
    const { operationId, ...rest } = order()
    const [answer] = await ended({ operationId, ...rest })
    expect(answer).toEqual({ operationId, outcome: 'completed' })
    expect(await stores.stockReservations.findOne({ _id: operationId })).toMatchObject({
      item: 'lamp',
      quantity: 2,
      decision: 'reserved',
    })
    expect(messages.published('stock-release', operationId)).toEqual([])
  })

  it('whose payment is refused gives its stock back before it fails', async () => {
    const { operationId, ...rest } = order({ amount: 100_001 })
    const [answer] = await ended({ operationId, ...rest })
    expect(answer).toMatchObject({ outcome: 'failed', error: { code: 'payment-refused' } })
    expect(await stores.stockReservations.findOne({ _id: operationId })).not.toBeNull()
    expect(await stores.stockReleases.findOne({ _id: operationId })).not.toBeNull()
  })

  it('for more than there is fails, and nobody is asked to pay', async () => {
    const { operationId, ...rest } = order({ quantity: 11 })
    const [answer] = await ended({ operationId, ...rest })
    expect(answer).toMatchObject({ outcome: 'failed', error: { code: 'sold-out' } })
    expect(messages.published('payment-take', operationId)).toEqual([])
  })

  it('is one trace, from the request to the answer', async () => {
    const { operationId, ...rest } = order({ amount: 100_001 })
    await ended({ operationId, ...rest })
    const names = [
      'stock-reserve',
      'payment-take',
      'stock-release',
      'order-create-response',
    ] as const
    const traces = names.map(
      (name) => messages.published(name, operationId)[0]!.headers['traceparent']!.split('-')[1],
    )
    expect(new Set(traces)).toEqual(new Set([operationId.replaceAll('-', '')]))
  })
})

describe('what comes again', () => {
  it('changes nothing, and is answered again, in every step', async () => {
    const [good, bad] = [order(), order({ amount: 100_001 })]
    const first = await ended(good, bad)
    for (const topic of Object.keys(topics) as (keyof typeof topics)[]) {
      if (topic === 'order-create-response' || topic === 'order-overdue') continue
      for (const { operationId } of [good, bad]) {
        const again = messages.published(topic, operationId).map(({ value }) => value)
        await messages.publish(topic, again)
      }
    }
    await eventually(() => {
      expect(answers(good.operationId).length).toBeGreaterThanOrEqual(4)
      expect(answers(bad.operationId).length).toBeGreaterThanOrEqual(5)
    })
    for (const [index, { operationId }] of [good, bad].entries()) {
      for (const { value } of answers(operationId)) expect(value).toEqual(first[index])
    }
    await balanced()
  })

  it('is told apart from what nobody asked for', async () => {
    const operationId = newOperationId()
    const decidedAt = new Date().toISOString()
    const before = await steps('absent', 'paid', 'unknown')
    await messages.publish('payment-take-response', [{ operationId, decision: 'paid', decidedAt }])
    await eventually(async () => expect(await steps('absent', 'paid', 'unknown')).toBe(before + 1))
    expect(answers(operationId)).toEqual([])
  })
})

describe('an order whose reservation is not answered before the deadline', () => {
  it('is cancelled, and nothing is held for it', async () => {
    await stockService.close()
    // Accepted two hours ago, and heard of only now.
    const longAgo = firstIdAt(Date.now() - 2 * HOUR)
    const late = order({ operationId: longAgo.slice(0, 14) + newOperationId().slice(14) })
    await messages.publish('order-create', [late])
    await eventually(() => {
      expect(messages.published('stock-release', late.operationId)).not.toEqual([])
    })
    await startOrders['stock-service'](env)
    const [answer] = await eventually(() => {
      expect(answers(late.operationId)).not.toEqual([])
      return answers(late.operationId)
    })
    expect(answer!.value).toMatchObject({ outcome: 'failed', error: { code: 'order-deadline' } })
    expect(messages.published('payment-take', late.operationId)).toEqual([])
    await balanced()
  })
})

it('a message that is none goes to the dead letters, and its neighbours are handled', async () => {
  const key = newOperationId()
  await messages.publishRecords('payment-take', [{ key, value: '{"amount":"much"}' }])
  await ended(order(), order(), order())
  await eventually(async () => {
    const text = await (await fetch(`${paymentService.url}/metrics`)).text()
    expect(text).toContain(
      'tideway_dead_letters_total{topic="payment-take",reason="wrong-shape"} 1',
    )
  })
})

it('the books of many orders balance, and can fail to', async () => {
  const orders = Array.from({ length: 60 }, (_, index) =>
    order({ quantity: index % 5 === 0 ? 11 : 1, amount: index % 3 === 0 ? 100_001 : 1 }),
  )
  const outcomes = await ended(...orders, ...orders.slice(0, 20))
  expect(outcomes.filter(({ outcome }) => outcome === 'completed').length).toBeGreaterThan(20)
  await balanced()
  const completed = outcomes.find(({ outcome }) => outcome === 'completed')!
  const { operationId } = completed
  expect(await faultsInBooks(stores, [completed, { operationId, outcome: 'failed' }])).toContain(
    `${operationId} has two ends`,
  )
})

it.each(['order-service', 'stock-service', 'payment-service'])(
  '%s runs as a program of the build, and ends with 0',
  async (label) => {
    const directory = mkdtempSync(join(tmpdir(), 'orders-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const main = join('dist', 'examples', 'orders', label, 'main.js')
    const few = { TOPIC_PARTITIONS: '3', PAYMENT_TAKE_PARTITIONS: '3' }
    const service = await startService('user-service', {
      label,
      main,
      directory,
      env: { ...env, ...few },
    })
    expect(await service.stop()).toBe(0)
  },
  // Each joins a group that another process is in.
  90_000,
)
