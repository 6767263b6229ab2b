import { checkBooks, type Books } from '../books/books.ts'
import { disagreements } from './checks/answers.ts'
import { judge, readDeadLetters } from './checks/dead-letters.ts'
import { changedSince } from './checks/finality.ts'
import { contradictions } from './checks/messages.ts'
import { acceptedTwice } from './checks/names.ts'
import { miscounts } from './checks/summary.ts'
import { timesOf, type Ending, type Times } from './checks/times.ts'
import type { Poison } from './poison.ts'
import type { Random } from './random.ts'
import type { Rig } from './rig.ts'
import { storesOf } from './stores.ts'
import type { Seen } from './witness.ts'

/** Sentences of a kind that are told. */
const mostTold = 5

/** What was observed during the run. */
export interface Evidence {
  /** When users were asked for. */
  asking: { from: Date; until: Date }
  /** The ids of every 202. */
  accepted: readonly string[]
  poison: readonly Poison[]
  seen: Seen
}

export interface Verdict {
  books: Books
  /** Requests that became two operations, and operations about whose end two different things were stored or told. */
  doubled: number
  /** Poisoned messages that are among the dead letters. */
  buried: number
  times: Times
  /** All that is not as it must be. */
  sentences: string[]
}

/** Looks from outside, by HTTP, in the topics and in the database, whether all holds that must. */
export async function check(rig: Rig, evidence: Evidence, random: Random): Promise<Verdict> {
  const { asking, accepted, poison, seen } = evidence
  const { client, kafka } = rig
  const { acceptedAt } = await import('#contracts')
  const urls = rig.replicasOf('operation-service').map(({ url }) => url)
  const books = await checkBooks(client, accepted)
  const miscounted = await miscounts(urls, books)
  const changed = await changedSince(client, urls[0]!, seen)
  const contradicted = await contradictions(kafka, client, poison)
  const twice = await acceptedTwice(client)
  const disagreeing = await disagreements(rig, accepted, random)
  const deadLetters = judge(await readDeadLetters(kafka), poison)
  const endings = storesOf(client).outcomes.find().project<Ending>({ finishedAt: 1 })
  return {
    books,
    doubled: new Set([...changed.keys(), ...contradicted.keys(), ...twice.keys()]).size,
    buried: deadLetters.buried,
    times: await timesOf(endings, asking, acceptedAt),
    sentences: [
      ...firstOf(books.imbalances),
      ...miscounted,
      ...firstOf([...twice.values()]),
      ...firstOf([...changed.values()]),
      ...firstOf([...contradicted.values()]),
      ...firstOf(disagreeing),
      ...firstOf(deadLetters.sentences),
    ],
  }
}

/** The first few, and how many more there are. */
export function firstOf(sentences: readonly string[]): string[] {
  const more = sentences.length - mostTold
  return more > 0 ? [...sentences.slice(0, mostTold), `… and ${more} more`] : [...sentences]
}
