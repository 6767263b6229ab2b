import { type IHeaders, type KafkaMessage, type Message } from 'kafkajs'

import { type MessageOf, newOperationId } from '#contracts'

/** A message of user-create, and its record as a consumer receives it. */
export function userCreate(name = 'alice'): MessageOf<'user-create'> {
  return { operationId: newOperationId(), name, createdAt: '2025-11-20T05:07:37.600Z' }
}

/** A message of user-approve. */
export function userApprove(name = 'alice'): MessageOf<'user-approve'> {
  const operationId = newOperationId()
  return { operationId, userId: operationId, name }
}

export interface RecordParts {
  offset?: number
  key?: string | Buffer | null
  value?: string | Buffer | null | object
  headers?: Record<string, IHeaders[string] | null>
}

/** A record as kafkajs hands it over; the value of `user-create` with its key unless it is said otherwise. */
export function record({
  offset = 0,
  value = userCreate(),
  headers = { 'schema-version': '1' },
  ...rest
}: RecordParts = {}): KafkaMessage {
  const bytes =
    value === null || Buffer.isBuffer(value)
      ? value
      : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  const ownKey =
    typeof value === 'object' && value !== null && 'operationId' in value
      ? String(value.operationId)
      : null
  const key = rest.key === undefined ? ownKey : rest.key
  return {
    offset: String(offset),
    key: typeof key === 'string' ? Buffer.from(key) : key,
    value: bytes,
    timestamp: '1763615257600',
    attributes: 0,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, header]) => [
        name,
        typeof header === 'string' ? Buffer.from(header) : header,
      ]),
    ) as IHeaders,
  }
}

/** Records of one partition, with the offsets `from`, `from` + 1 and so on. */
export function records(count: number, from = 0): KafkaMessage[] {
  return Array.from({ length: count }, (_, index) =>
    record({ offset: from + index, value: userCreate(`user ${from + index}`) }),
  )
}

/** What is sent so that the message arrives; any part of it may be another one. */
export function sent(message: { operationId: string }, parts: Partial<Message> = {}): Message {
  const headers = { 'schema-version': '1' }
  return { key: message.operationId, value: JSON.stringify(message), headers, ...parts }
}
