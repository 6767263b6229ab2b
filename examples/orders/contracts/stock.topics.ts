import Type from 'typebox'

import { OperationId, Time, topic } from '#contracts'

import { Item, Quantity } from './order.topics.js'

const operationId = '019a9f00-0000-7000-8000-000000000001'

export const stockReserve = topic('stock-reserve', {
  summary: 'An order needs so many of an item.',
  schema: Type.Object({ operationId: OperationId, item: Item, quantity: Quantity }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId, item: 'lamp', quantity: 2 },
})

export const stockReserveResponse = topic('stock-reserve-response', {
  summary: 'Whether they are reserved. A refusal is a value, not an error.',
  schema: Type.Object({
    operationId: OperationId,
    decision: Type.Union([Type.Literal('reserved'), Type.Literal('sold-out')]),
    decidedAt: Time,
  }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId, decision: 'reserved', decidedAt: '2025-11-20T05:07:37.650Z' },
})

export const stockRelease = topic('stock-release', {
  summary:
    'The compensation: the order needs nothing any more, whether or not something is reserved for it.',
  schema: Type.Object({ operationId: OperationId }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId },
})

export const stockReleaseResponse = topic('stock-release-response', {
  summary: 'Nothing is reserved for the order, and nothing will be.',
  schema: Type.Object({ operationId: OperationId, releasedAt: Time }),
  partitions: 'TOPIC_PARTITIONS',
  fixture: { operationId, releasedAt: '2025-11-20T05:07:38.300Z' },
})
