import { type MessageOf, newOperationId, type TopicName, topics } from '#contracts'

type Fields<Topic extends TopicName> = Partial<MessageOf<Topic>>

/** The recorded message of a topic, as a consumer parses it. */
export function recorded<Topic extends TopicName>(topic: Topic): MessageOf<Topic> {
  return JSON.parse(JSON.stringify(topics[topic].fixture)) as MessageOf<Topic>
}

/** A request for a user of an operation that was accepted just now, unless it is said otherwise. */
export function userRequest(fields: Fields<'user-create'> = {}): MessageOf<'user-create'> {
  const createdAt = new Date().toISOString()
  return { operationId: newOperationId(), name: 'alice', createdAt, ...fields }
}

/** The decision on a user. */
export function decision(
  operationId: string,
  fields: Fields<'user-approve-response'> = {},
): MessageOf<'user-approve-response'> {
  const decidedAt = new Date().toISOString()
  return { operationId, userId: operationId, decision: 'approved', decidedAt, ...fields }
}

/** How the creation of a user ended. */
export function creationEnded(
  operationId: string,
  fields: Fields<'user-create-response'> = {},
): MessageOf<'user-create-response'> {
  const decidedAt = new Date().toISOString()
  return {
    operationId,
    userId: operationId,
    outcome: 'completed',
    steps: { decidedAt },
    ...fields,
  }
}
