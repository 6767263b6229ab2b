import { type TraceContext } from '#service-defaults'
import { DatabaseUnavailable, type Reading } from '#store'

import { type Step, type Table } from '../contracts/table.js'

/** What a message says of an order. */
export interface Happening<Event extends string> {
  /** The order's id: its operation's. */
  id: string
  event: Event
  trace: TraceContext | undefined
}

/** What is stored of an order. */
export interface Known<State extends string> {
  state: State
}

/** A happening, what was known when it came, and what came of it. */
export interface Taken<State extends string, What, Knows> {
  happening: What
  known: Knows
  step: Step<State>
  /** The state from now on. */
  after: State
}

export interface SagaStore<State extends string, What, Knows extends Known<State>> {
  /** What is stored of each of these orders; the state is said also where nothing is. */
  read(ids: readonly string[], reading: Reading): Promise<Map<string, Knows>>
  /** Writes the record of each step. @returns the ids whose record was there already */
  write(steps: readonly Taken<State, What, Knows>[]): Promise<Set<string>>
}

/**
 * Takes a batch through a table: read, write what the table says, and where the record is there already, somebody else has taken
 * that step meanwhile: read and ask the table again. The unique id decides every race.
 * @returns each happening with what came of it, in the order in which they were taken; what they wrote is durable
 * @throws DatabaseUnavailable, OutcomeUnknown
 */
export async function takeSteps<
  State extends string,
  Event extends string,
  What extends Happening<Event>,
  Knows extends Known<State>,
>(
  happenings: readonly What[],
  table: Table<State, Event>,
  store: SagaStore<State, What, Knows>,
): Promise<Taken<State, What, Knows>[]> {
  const taken: Taken<State, What, Knows>[] = []
  for (let open = happenings; open.length > 0;) {
    // Later happenings of an order meet what the first one has written.
    const first = new Map(open.toReversed().map((each) => [each.id, each]))
    const found = await store.read([...first.keys()], 'majority')
    const steps = [...first.values()].map((happening): Taken<State, What, Knows> => {
      const known = found.get(happening.id)!
      const step = table[known.state][happening.event]
      return { happening, known, step, after: step.result === 'advanced' ? step.to : known.state }
    })
    await checkUnknown(steps, store)
    const present = await store.write(steps.filter(({ step }) => step.result === 'advanced'))
    const done = steps.filter(
      ({ happening, step }) => step.result !== 'advanced' || !present.has(happening.id),
    )
    taken.push(...done)
    const closed = new Set(done.map(({ happening }) => happening))
    open = open.filter((each) => !closed.has(each))
  }
  return taken
}

/** Just after an election a majority may not show yet what is stored: nothing is dropped for that. */
async function checkUnknown<State extends string, What extends { id: string }, Knows>(
  steps: readonly Taken<State, What, Knows & Known<State>>[],
  store: Pick<SagaStore<State, What, Knows & Known<State>>, 'read'>,
): Promise<void> {
  const unknown = steps.filter(({ step }) => step.result === 'unknown')
  if (unknown.length === 0) return
  const there = await store.read(
    unknown.map(({ happening }) => happening.id),
    'local',
  )
  const isBehind = unknown.some(
    ({ happening, known }) => there.get(happening.id)!.state !== known.state,
  )
  if (isBehind) throw new DatabaseUnavailable()
}
