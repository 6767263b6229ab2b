import type { Kafka } from 'kafkajs'
import type { Poison } from '../poison.ts'
import type { MongoClient } from '../rig.ts'
import { recordsOf, storesOf, type Stored } from '../stores.ts'
import { readTopic } from '../topics.ts'

const topic = 'user-create-response'

/** A message of the topic, as far as it is looked at. */
export interface Told {
  operationId: string
  userId: string
  outcome: string
  error?: { code: string }
  steps: { decidedAt?: string }
}

const endings: Record<string, { outcome: string; code?: string }> = {
  approved: { outcome: 'completed' },
  rejected: { outcome: 'failed', code: 'approval-rejected' },
  expired: { outcome: 'failed', code: 'approval-deadline' },
}

/**
 * Operations of which a message tells another end than the one that was decided: messages may be repeated, and all of
 * them say the same.
 *
 * @returns sentences, by the operation's id
 */
export async function contradictions(
  kafka: Kafka,
  client: MongoClient,
  poison: readonly Poison[],
): Promise<Map<string, string>> {
  const poisoned = new Set(poison.map(({ key }) => key))
  const found = new Map<string, string>()
  await readTopic(kafka, topic, async (messages) => {
    const told = messages
      .filter(({ key }) => !poisoned.has(String(key)))
      .map(({ value }) => JSON.parse(String(value)) as Told)
    const ids = told.map(({ operationId }) => operationId)
    const decisions = new Map<string, Stored>()
    for await (const { records } of recordsOf(storesOf(client).decisions, ids)) {
      for (const [id, record] of records) decisions.set(id, record)
    }
    for (const one of told) {
      const fault = contradiction(one, decisions.get(one.operationId))
      if (fault) found.set(one.operationId, fault)
    }
  })
  return found
}

/** @returns what is wrong, in a sentence, if anything is */
export function contradiction(told: Told, decision: Stored | undefined): string | undefined {
  const said = `${topic} says ${JSON.stringify(told)}`
  if (decision === undefined) return `${told.operationId} was not decided, and ${said}`
  const { _id, approval, decidedAt } = decision
  const ending = endings[String(approval)]
  const agrees =
    told.userId === _id &&
    told.outcome === ending?.outcome &&
    told.error?.code === ending.code &&
    told.steps.decidedAt === (decidedAt as Date).toISOString()
  return agrees ? undefined : `${_id} is ${String(approval)}, and ${said}`
}
