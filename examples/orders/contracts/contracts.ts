import { type Contracts, type MessageIn, type NameOf } from '#contracts'

import { orderCreate, orderCreateResponse, orderOverdue } from './order.topics.js'
import { paymentTake, paymentTakeResponse } from './payment.topics.js'
import {
  stockRelease,
  stockReleaseResponse,
  stockReserve,
  stockReserveResponse,
} from './stock.topics.js'

/** All topics. Publishers, handlers and checks are typed and made from this map. */
export const topics = {
  'order-create': orderCreate,
  'stock-reserve': stockReserve,
  'stock-reserve-response': stockReserveResponse,
  'payment-take': paymentTake,
  'payment-take-response': paymentTakeResponse,
  'stock-release': stockRelease,
  'stock-release-response': stockReleaseResponse,
  'order-overdue': orderOverdue,
  'order-create-response': orderCreateResponse,
} as const

export type Topics = typeof topics
export type TopicName = NameOf<Topics>
export type MessageOf<Topic extends TopicName> = MessageIn<Topics, Topic>

/** Which service handles which topics: one that handles fewer, more or one twice does not start. */
export const subscriptions = {
  'order-service': [
    'order-create',
    'stock-reserve-response',
    'payment-take-response',
    'stock-release-response',
    'order-overdue',
  ],
  'stock-service': ['stock-reserve', 'stock-release'],
  'payment-service': ['payment-take'],
} as const satisfies Record<string, readonly TopicName[]>

export const orderContracts = { topics, subscriptions } as const satisfies Contracts
