import { type KafkaMessage } from 'kafkajs'

import { SCHEMA_VERSION, type TopicContract } from '#contracts'
import { type TSchema } from 'typebox'

/** Why a message goes to the dead letters: a closed list, it labels a metric. */
export const DEAD_LETTER_REASONS = [
  'no-value',
  'not-json',
  'wrong-shape',
  'wrong-key',
  'wrong-header',
  'handler-failed',
] as const
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number]

export type Decoded =
  | { is: 'message'; raw: KafkaMessage; value: { operationId: string } }
  | { is: 'broken'; raw: KafkaMessage; reason: DeadLetterReason; detail: string }
  /** Of a schema version that this program does not know yet. */
  | { is: 'newer'; raw: KafkaMessage; version: number }

/** Reads one record by the contract of its topic. Never throws; details never quote the message. */
export function decode(contract: TopicContract<string, TSchema>, raw: KafkaMessage): Decoded {
  const broken = (reason: DeadLetterReason, detail: string): Decoded => ({
    is: 'broken',
    raw,
    reason,
    detail,
  })
  const version = schemaVersion(raw)
  if (version === undefined) return broken('wrong-header', 'schema-version is no positive integer')
  if (version > SCHEMA_VERSION) return { is: 'newer', raw, version }
  if (raw.value === null) return broken('no-value', 'the value is null')
  let value: unknown
  try {
    value = JSON.parse(raw.value.toString())
  } catch {
    return broken('not-json', 'the value is not JSON')
  }
  if (!contract.accepts(value)) return broken('wrong-shape', contract.faults(value))
  if (mayHoldPrototypeKey(raw.value) && holdsPrototypeKey(value)) {
    return broken('wrong-shape', 'a field is named __proto__')
  }
  const { operationId } = value as { operationId: string }
  if (raw.key?.toString() !== operationId) return broken('wrong-key', 'the key is not /operationId')
  return { is: 'message', raw, value: value as { operationId: string } }
}

/** As a producer would write it: what is larger is no program's to come. */
const VERSION = /^[1-9]\d{0,3}$/

/** A missing header counts as the first version, so that messages can be made by hand. */
function schemaVersion({ headers }: KafkaMessage): number | undefined {
  // Kafka allows a header without a value, which kafkajs' types leave out.
  const header: Buffer | string | (Buffer | string)[] | null | undefined =
    headers?.['schema-version']
  if (header === undefined) return 1
  if (header === null || Array.isArray(header)) return undefined
  const [version] = VERSION.exec(header.toString()) ?? []
  return version === undefined ? undefined : Number(version)
}

/** A cheap look at the bytes: the name itself, or an escape that could spell it. */
function mayHoldPrototypeKey(bytes: Buffer): boolean {
  return bytes.includes('__proto__') || bytes.includes('\\u00')
}

/** Without recursion: a value may be nested deeper than the stack goes. */
function holdsPrototypeKey(value: unknown): boolean {
  const unseen = [value]
  while (unseen.length > 0) {
    const next = unseen.pop()
    if (typeof next !== 'object' || next === null) continue
    if (Object.hasOwn(next, '__proto__')) return true
    for (const inner of Object.values(next)) unseen.push(inner)
  }
  return false
}
