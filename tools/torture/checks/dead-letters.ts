import type { Kafka } from 'kafkajs'
import { topicNames } from '../../bench/variant.ts'
import type { Poison } from '../poison.ts'
import { readTopic } from '../topics.ts'

/** A dead letter, and the topic that it was taken from. */
export interface Letter extends Poison {
  reason: string
}

export async function readDeadLetters(kafka: Kafka): Promise<Letter[]> {
  const letters: Letter[] = []
  for (const topic of topicNames) {
    await readTopic(kafka, `${topic}.dlq`, (messages) => {
      for (const { key, value, headers } of messages) {
        letters.push({
          topic,
          key: String(key),
          value: value === null ? null : String(value),
          reason: String(headers?.['dead-letter-reason']),
        })
      }
    })
  }
  return letters
}

/** Every poisoned message is among the dead letters of its topic, as it was sent, and nothing else is. */
export function judge(
  letters: readonly Letter[],
  poison: readonly Poison[],
): { buried: number; sentences: string[] } {
  const sent = new Map(poison.map((one) => [nameOf(one), one]))
  const missing = new Map(sent)
  const sentences: string[] = []
  for (const letter of letters) {
    const name = nameOf(letter)
    const original = sent.get(name)
    if (original === undefined) {
      sentences.push(`${name} is a dead letter that nobody poisoned (${letter.reason})`)
    } else if (original.value !== letter.value) {
      sentences.push(`${name} is a dead letter, and not as it was sent (${letter.reason})`)
    }
    missing.delete(name)
  }
  for (const name of missing.keys()) sentences.push(`${name} is not among the dead letters`)
  return { buried: sent.size - missing.size, sentences }
}

function nameOf({ topic, key }: Poison): string {
  return `${key} of ${topic}`
}
