import Type from 'typebox'

import { OperationId, Time, topic } from '#contracts'

import { Amount } from './order.topics.js'

const operationId = '019a9f00-0000-7000-8000-000000000001'

export const paymentTake = topic('payment-take', {
  summary:
    'An order waits to be paid; the replicas of payment-service follow the lag of this topic.',
  schema: Type.Object({ operationId: OperationId, amount: Amount }),
  partitions: 'PAYMENT_TAKE_PARTITIONS',
  fixture: { operationId, amount: 5_980 },
})

export const paymentTakeResponse = topic('payment-take-response', {
  summary: 'Whether it is paid. A refusal is a value, not an error.',
  schema: Type.Object({
    operationId: OperationId,
    decision: Type.Union([Type.Literal('paid'), Type.Literal('refused')]),
    decidedAt: Time,
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId, decision: 'refused', decidedAt: '2025-11-20T05:07:38.200Z' },
})
