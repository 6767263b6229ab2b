import { type ServiceName, subscriptions, type TopicName } from '#contracts'

/** The topics of the saga, in its order. */
export const SAGA_TOPICS = [
  'user-create',
  'user-approve',
  'user-approve-response',
  'user-create-response',
] as const satisfies readonly TopicName[]

export type SagaTopic = (typeof SAGA_TOPICS)[number]

/** Whose group reads a topic of the saga: each is one service's. */
export const READERS = Object.fromEntries(
  Object.entries(subscriptions).flatMap(([service, topics]: [string, readonly TopicName[]]) =>
    SAGA_TOPICS.filter((topic) => topics.includes(topic)).map((topic) => [topic, service]),
  ),
) as Record<SagaTopic, ServiceName>
