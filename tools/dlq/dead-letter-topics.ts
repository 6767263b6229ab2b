import { Failure } from '../console/failure.mjs'

/** The topics of libs/contracts. Written out, so that looking at dead letters takes no build; a spec compares. */
export const sourceTopics = [
  'user-create',
  'user-approve',
  'user-approve-response',
  'user-create-response',
  'user-erase',
] as const
export type SourceTopic = (typeof sourceTopics)[number]

/** One dead letter: the topic that it comes from, and where it lies among that topic's dead letters. */
export interface Address {
  topic: SourceTopic
  partition: number
  offset: number
}

export function deadLetterTopic(topic: SourceTopic): string {
  return `${topic}.dlq`
}

/** By topic in the order of the saga, then partition, then offset. */
export function byAddress(a: Address, b: Address): number {
  return (
    sourceTopics.indexOf(a.topic) - sourceTopics.indexOf(b.topic) ||
    a.partition - b.partition ||
    a.offset - b.offset
  )
}

/** `user-create.dlq/3/12`: topic, partition and offset. */
export function shownAddress({ topic, partition, offset }: Address): string {
  return `${deadLetterTopic(topic)}/${partition}/${offset}`
}

/** @throws Failure when it is no address of a dead letter */
export function parseAddress(text: string): Address {
  const [, name = '', partition, offset] = /^(.+)\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? []
  const topic = sourceTopics.find((known) => deadLetterTopic(known) === name)
  if (topic === undefined) {
    throw new Failure(
      `${text} is no address of a dead letter: write <topic>.dlq/<partition>/<offset>, such as user-create.dlq/3/12, the topic one of ${sourceTopics.join(', ')}.`,
    )
  }
  return { topic, partition: Number(partition), offset: Number(offset) }
}

/**
 * A topic, by its own name or that of its dead letters.
 *
 * @throws Failure when there is no such topic
 */
export function parseTopic(name: string): SourceTopic {
  const topic = sourceTopics.find((known) => known === name || deadLetterTopic(known) === name)
  if (topic !== undefined) return topic
  throw new Failure(
    `--topic ${name}: there is no such topic, use one of ${sourceTopics.join(', ')}.`,
  )
}
