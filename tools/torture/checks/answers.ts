import type { Random } from '../random.ts'
import type { Rig } from '../rig.ts'
import { recordsOf, storesOf, type Stored } from '../stores.ts'
import { askFor } from '../witness.ts'

/** Operations that every replica is asked for. */
const asked = 200

type Answer = Record<string, unknown>

/** Operations and users, of a sample, of which a replica tells otherwise than the database; in sentences. */
export async function disagreements(
  rig: Rig,
  accepted: readonly string[],
  random: Random,
): Promise<string[]> {
  if (accepted.length === 0) return []
  const sample = new Set(Array.from({ length: asked }, () => random.pick(accepted)))
  const { outcomes, decisions } = storesOf(rig.client)
  const sentences: string[] = []
  const compare = async (url: string, path: string, agrees: (answer: Answer) => boolean) => {
    const answer = (await askFor(url, path)) ?? {}
    if (!agrees(answer)) sentences.push(`${url}/${path} says ${JSON.stringify(answer)}`)
  }
  for await (const { ids, records } of recordsOf(outcomes, sample)) {
    for (const id of ids) {
      for (const { url } of rig.replicasOf('operation-service')) {
        await compare(url, `operations/${id}`, (answer) => tellsOutcome(answer, records.get(id)))
      }
    }
  }
  for await (const { ids, records } of recordsOf(decisions, sample)) {
    for (const id of ids) {
      for (const { url } of rig.replicasOf('user-service')) {
        await compare(url, `users/${id}`, (answer) => tellsDecision(answer, records.get(id)))
      }
    }
  }
  return sentences
}

/** Whether an answer of `GET /operations/{id}` is what is stored. */
export function tellsOutcome(answer: Answer, outcome: Stored | undefined): boolean {
  const { result, error } = answer as { result?: { userId: string }; error?: { code: string } }
  if (outcome === undefined) return answer['state'] === 'pending'
  const { state, userId, finishedAt } = outcome
  return (
    answer['state'] === state &&
    answer['finishedAt'] === (finishedAt as Date).toISOString() &&
    result?.userId === (state === 'completed' ? userId : undefined) &&
    error?.code === (outcome['error'] as { code: string } | undefined)?.code
  )
}

/** Whether an answer of `GET /users/{id}` is what is stored. */
export function tellsDecision(answer: Answer, decision: Stored | undefined): boolean {
  if (decision === undefined) return answer['approval'] === 'pending'
  return (
    answer['approval'] === decision['approval'] &&
    answer['decidedAt'] === (decision['decidedAt'] as Date).toISOString()
  )
}
