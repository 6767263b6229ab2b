import type { Kafka, Message, Producer } from 'kafkajs'
import { partitionByKey } from '../../libs/kafka/src/partitioner.ts'
import { Failure } from '../console/failure.mjs'
import { shownAddress } from './dead-letter-topics.ts'
import type { DeadLetter } from './dead-letter.ts'

const mostRecords = 500
/** Of a request whose records all fall into one partition, which takes 1 MB by default. */
const mostBytes = 800_000

/** Puts dead letters back where they came from: original key, value and headers, in the partition of the key. */
export class Republisher {
  private readonly producer: Producer

  constructor(kafka: Kafka) {
    this.producer = kafka.producer({
      allowAutoTopicCreation: false,
      createPartitioner: partitionByKey,
      // As in libs/kafka: kafkajs' own retry may leave records out when a partition moves to another broker.
      retry: { retries: 0 },
    })
  }

  async connect(): Promise<void> {
    await this.producer.connect()
  }

  async disconnect(): Promise<void> {
    await this.producer.disconnect()
  }

  /**
   * Publishes dead letters of one topic, in order.
   *
   * @returns when all in-sync replicas have them
   * @throws Failure when they are not taken: some may have been
   */
  async publish(letters: readonly DeadLetter[]): Promise<void> {
    const [first] = letters
    if (first === undefined) return
    try {
      await this.producer.send({ topic: first.topic, acks: -1, messages: letters.map(messageOf) })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Failure(
        `${first.topic} did not take ${shownAddress(first)}, and it stays as it is: ${reason}`,
        { cause: error },
      )
    }
  }
}

/** What is published again. Without a key it goes where it was, as nothing says where else it belongs. */
export function messageOf({ key, value, headers, source }: DeadLetter): Message {
  const partition = Number(source.partition)
  const isKnown = key === null && Number.isInteger(partition)
  return { key, value, headers, ...(isKnown && { partition }) }
}

/** In order, at most so many in each, and few enough for one request. */
export function inChunks(letters: readonly DeadLetter[], most: number): DeadLetter[][] {
  const chunks: DeadLetter[][] = []
  let last: DeadLetter[] = []
  let bytes = 0
  for (const letter of letters) {
    const size = sizeOf(letter)
    if (last.length >= Math.min(most, mostRecords) || bytes + size > mostBytes) {
      last = []
      bytes = 0
    }
    if (last.length === 0) chunks.push(last)
    last.push(letter)
    bytes += size
  }
  return chunks
}

/** Bytes in a request, never too few. */
function sizeOf({ key, value, headers }: DeadLetter): number {
  let size = 100 + (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, values] of Object.entries(headers)) {
    for (const each of values) size += 20 + Buffer.byteLength(name) + each.length
  }
  return size
}
