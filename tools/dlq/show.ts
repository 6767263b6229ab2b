import { Failure } from '../console/failure.mjs'
import { say } from '../console/say.ts'
import type { Connection } from './connection.ts'
import { readDeadLetters } from './dead-letter-records.ts'
import type { DeadLetter } from './dead-letter.ts'
import { deadLetterTopic, shownAddress, type Address } from './dead-letter-topics.ts'
import type { ShowOrder } from './dlq-options.ts'
import { asEscapedText, asText, onOneLine } from './readable.ts'
import { partitionsOf, type DeadLetterPartition } from './spans.ts'

/** Characters of a body that are shown. */
const mostOfBody = 5_000

/**
 * Says everything about one dead letter, its body too; or only writes its value, as it is.
 *
 * @throws Failure when it is not there
 */
export async function showDeadLetter(
  { address, raw }: ShowOrder,
  { kafka, admin }: Connection,
  signal: AbortSignal,
): Promise<void> {
  const { topic, partition, offset } = address
  const partitions = await partitionsOf(admin, [topic])
  const found = partitions.find((one) => one.partition === partition)
  if (found === undefined || offset < found.from || offset >= found.to) {
    throw new Failure(isMissing(address, found))
  }
  await readDeadLetters({
    kafka,
    spans: [{ topic, partition, from: offset, to: offset + 1 }],
    signal,
    take: async (letters) => {
      for (const letter of letters) {
        if (raw) process.stdout.write(letter.value ?? '')
        else for (const line of linesOf(letter, offset < found.redriven)) say(line)
      }
      return true
    },
  })
}

function isMissing(address: Address, partition: DeadLetterPartition | undefined): string {
  const where = `${deadLetterTopic(address.topic)}/${address.partition}`
  if (partition === undefined) return `${shownAddress(address)}: there is no ${where}.`
  const { from, to } = partition
  const holds = from < to ? `${where} holds ${from} to ${to - 1}` : `${where} is empty`
  return `${shownAddress(address)} is not there: ${holds}.`
}

export function linesOf(letter: DeadLetter, isRedriven: boolean): string[] {
  const { topic, reason, detail, attempts, time, source, key, value, headers } = letter
  return [
    `${shownAddress(letter)}, ${isRedriven ? 'redriven' : 'waiting'}`,
    `reason: ${reason}`,
    `detail: ${detail}`,
    `from: ${topic}, partition ${source.partition}, offset ${source.offset}`,
    `attempts: ${attempts}`,
    `time: ${time}`,
    `key: ${key === null ? 'none' : onOneLine(key, Infinity)}`,
    ...Object.entries(headers).flatMap(([name, values]) =>
      values.map((each) => `header ${onOneLine(Buffer.from(name))}: ${onOneLine(each, Infinity)}`),
    ),
    ...bodyOf(value),
  ]
}

function bodyOf(value: Buffer | null): string[] {
  if (value === null) return ['value: none']
  const text = asEscapedText(value)
  const body = text ?? value.toString('base64')
  const how = text === undefined ? ', in base64' : asText(value) === undefined ? ', escaped' : ''
  return [
    `value, ${value.length} bytes${how}:`,
    body.slice(0, mostOfBody),
    ...(body.length > mostOfBody
      ? [`… ${body.length - mostOfBody} characters more: --raw writes all of the value as it is`]
      : []),
  ]
}
