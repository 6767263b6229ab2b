import { type IHeaders, type KafkaMessage } from 'kafkajs'

import { deadLetterTopic } from '#contracts'

import { DEAD_LETTER_HEADERS } from './dead-letter-headers.js'
import { type DeadLetterReason } from './decode.js'
import { MessageRefused } from './kafka.errors.js'
import { type Publisher } from './publisher.js'

export interface DeadLetter {
  topic: string
  partition: number
  message: KafkaMessage
  reason: DeadLetterReason
  /** What was wrong, in words that do not quote the message. */
  detail: string
  /** How often it was tried, 1 or more. */
  attempts: number
}

/** Keeps messages that cannot be handled: original bytes, key and headers, with why and where from beside them. */
export class DeadLetters {
  /** @param makeRoom has the dead letters take messages as large as their topics do by now */
  constructor(
    private readonly publisher: Publisher,
    private readonly makeRoom: () => Promise<void> = async () => {},
  ) {}

  /** @throws BrokerUnavailable, MessageRefused: for its size perhaps, and then the next time there is room */
  async add({ topic, partition, message, reason, detail, attempts }: DeadLetter): Promise<void> {
    const headers: IHeaders = {
      ...sendable(message.headers),
      [DEAD_LETTER_HEADERS.reason]: reason,
      [DEAD_LETTER_HEADERS.detail]: detail.slice(0, 1_000),
      [DEAD_LETTER_HEADERS.topic]: topic,
      [DEAD_LETTER_HEADERS.partition]: String(partition),
      [DEAD_LETTER_HEADERS.offset]: message.offset,
      [DEAD_LETTER_HEADERS.attempts]: String(attempts),
      [DEAD_LETTER_HEADERS.time]: new Date().toISOString(),
    }
    const { key, value } = message
    try {
      await this.publisher.publishRecords(deadLetterTopic(topic), [
        { key, value, headers, partition },
      ])
    } catch (error) {
      if (error instanceof MessageRefused) await this.makeRoom()
      throw error
    }
  }
}

/**
 * Headers as kafkajs can send them, which is less than it receives: it fails on one without a value. Where its own decoder
 * reads a record (see `decodeRecord`), what `Object.prototype` has under that name stands in front of the value of a header
 * named `constructor`, for example.
 */
function sendable(received: IHeaders = {}): IHeaders {
  const headers: IHeaders = {}
  for (const [name, value] of Object.entries(received)) {
    const values = (Array.isArray(value) ? value : [value])
      .map((each: Buffer | string | null | undefined) => each ?? Buffer.alloc(0))
      .filter((each) => typeof each === 'string' || Buffer.isBuffer(each))
    Object.defineProperty(headers, name, {
      value: values.length === 1 ? values[0] : values,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return headers
}
