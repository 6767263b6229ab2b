import Type from 'typebox'

import { OperationId, Time, topic } from '#contracts'

export const Item = Type.String({ minLength: 1, maxLength: 100 })
export const Quantity = Type.Integer({ minimum: 1, maximum: 1_000 })
export const Amount = Type.Integer({ minimum: 0, description: 'In cents' })

const operationId = '019a9f00-0000-7000-8000-000000000001'

export const orderCreate = topic('order-create', {
  summary: 'An accepted operation asks for an order.',
  schema: Type.Object({
    operationId: OperationId,
    item: Item,
    quantity: Quantity,
    amount: Amount,
    createdAt: Time,
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId,
    item: 'lamp',
    quantity: 2,
    amount: 5_980,
    createdAt: '2025-11-20T05:07:37.600Z',
  },
})

export const orderOverdue = topic('order-overdue', {
  summary: 'An order is still open after its deadline: whatever was lost is asked for again.',
  schema: Type.Object({ operationId: OperationId, askedAt: Time }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId, askedAt: '2025-11-21T05:07:38.000Z' },
})

export const orderCreateResponse = topic('order-create-response', {
  summary: 'How an order ended.',
  schema: Type.Object({
    operationId: OperationId,
    outcome: Type.Union([Type.Literal('completed'), Type.Literal('failed')]),
    error: Type.Optional(
      Type.Object({
        code: Type.Union([
          Type.Literal('sold-out'),
          Type.Literal('payment-refused'),
          Type.Literal('order-deadline'),
        ]),
        message: Type.String({ maxLength: 500 }),
      }),
    ),
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: {
    operationId,
    outcome: 'failed',
    error: { code: 'payment-refused', message: 'The payment was refused.' },
  },
})
