import type { IHeaders, KafkaMessage } from 'kafkajs'
import { DEAD_LETTER_HEADERS } from '../../libs/kafka/src/dead-letter-headers.ts'
import type { Address, SourceTopic } from './dead-letter-topics.ts'
import { onOneLine } from './readable.ts'

const isAdded: ReadonlySet<string> = new Set(Object.values(DEAD_LETTER_HEADERS))
const longestDetail = 1_000

/** What the headers say is `?` where they do not say it: anybody may have put the record there. */
export interface DeadLetter extends Address {
  reason: string
  detail: string
  attempts: string
  time: string
  /** Where it was read when it could not be handled. */
  source: { partition: string; offset: string }
  /** The message as it was. */
  key: Buffer | null
  value: Buffer | null
  headers: Record<string, Buffer[]>
}

/** Reads a record of a topic's dead letters. Never throws. */
export function deadLetterOf(
  topic: SourceTopic,
  partition: number,
  { key, value, headers = {}, offset }: KafkaMessage,
): DeadLetter {
  const added = (name: keyof typeof DEAD_LETTER_HEADERS) => {
    const last = valuesOf(headers[DEAD_LETTER_HEADERS[name]]).at(-1)
    return last === undefined ? '?' : onOneLine(last, longestDetail)
  }
  const own = Object.entries(headers).filter(([name]) => !isAdded.has(name))
  return {
    topic,
    partition,
    offset: Number(offset),
    reason: added('reason'),
    detail: added('detail'),
    attempts: added('attempts'),
    time: added('time'),
    source: { partition: added('partition'), offset: added('offset') },
    key,
    value,
    headers: Object.fromEntries(own.map(([name, received]) => [name, valuesOf(received)])),
  }
}

/**
 * A header's values. kafkajs hands over one that is empty as null, which it cannot send; and puts what every object has
 * under the name of a header in front of its values, if there is something: `constructor`, for example.
 */
function valuesOf(received: IHeaders[string] | null): Buffer[] {
  if (received === undefined) return []
  return [received]
    .flat()
    .map((value) => value ?? Buffer.alloc(0))
    .filter((value) => Buffer.isBuffer(value))
}
