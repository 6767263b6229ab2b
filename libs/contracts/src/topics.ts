import { type Contracts, type MessageIn, type NameOf } from './contracts.js'
import { userApproveResponse } from './user-approve-response.topic.js'
import { userApprove } from './user-approve.topic.js'
import { userCreateResponse } from './user-create-response.topic.js'
import { userCreate } from './user-create.topic.js'
import { userErase } from './user-erase.topic.js'

/** All topics. Publishers, handlers, checks and documents are typed and made from this map. */
export const topics = {
  'user-create': userCreate,
  'user-approve': userApprove,
  'user-approve-response': userApproveResponse,
  'user-create-response': userCreateResponse,
  'user-erase': userErase,
} as const

export type Topics = typeof topics
export type TopicName = NameOf<Topics>
export type MessageOf<Topic extends TopicName> = MessageIn<Topics, Topic>

/**
 * Which service handles which topics: one that handles fewer, more or one twice does not start. What several handle, each
 * of them gets.
 */
export const subscriptions = {
  'operation-service': ['user-create-response', 'user-erase'],
  'user-service': ['user-create', 'user-approve-response', 'user-erase'],
  'user-approval-service': ['user-approve'],
} as const satisfies Record<string, readonly TopicName[]>

export type ServiceName = keyof typeof subscriptions

/** What the services of this system agree on. */
export const contracts = { topics, subscriptions } as const satisfies Contracts

/** Where the dead letters of a topic go. */
export function deadLetterTopic<Topic extends string>(topic: Topic): `${Topic}.dlq` {
  return `${topic}.dlq`
}

/** The header `message-id`: the same for a message that is published again. */
export function messageId(operationId: string, topic: string): string {
  return `${operationId}:${topic}`
}
