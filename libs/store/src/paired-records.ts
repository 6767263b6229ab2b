import { type mongo } from 'mongoose'

import { firstIdAt } from '#contracts'

import { type WalkState } from './open-walk.js'
import { type RecordOf, type Records } from './records.js'

/** Below and above every id. */
export const FIRST = firstIdAt(0)
export const LAST = firstIdAt(2 ** 48 - 1)
/** Records looked at at a time, where those that are open are searched for. */
const PAGE = 1_000

/** What may be open: everything after the mark, and these before it. */
type OpenSince = Pick<WalkState, 'mark' | 'stragglers'>

export interface Pair<Begun, Ended> {
  begun: Begun
  /** Missing while it is open. */
  ended: Ended | undefined
}

/** Two collections under the same ids: what was begun, and how it ended. */
export class PairedRecords<Begun extends RecordOf, Ended extends RecordOf> {
  constructor(
    private readonly begun: Pick<Records<Begun>, 'find' | 'get' | 'idsBetween' | 'newest'>,
    private readonly ended: Pick<Records<Ended>, 'find' | 'get' | 'newest' | 'present'>,
  ) {}

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async get(id: string): Promise<Pair<Begun, Ended> | undefined> {
    const [begun, ended] = await Promise.all([this.begun.get(id), this.ended.get(id)])
    return begun && { begun, ended }
  }

  /** Those before an id, open or not, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newest(before: string, limit: number): Promise<Pair<Begun, Ended>[]> {
    const begun = await this.begun.newest({ after: FIRST, before }, {}, limit)
    const ended = byId(await this.ended.find(begun.map(({ _id }) => _id)))
    return begun.map((each) => ({ begun: each, ended: ended.get(each._id) }))
  }

  /** Those before an id that have ended so, the newest first. @throws DatabaseUnavailable, OutcomeUnknown */
  async newestEnded(
    condition: mongo.Filter<Ended>,
    before: string,
    limit: number,
  ): Promise<Pair<Begun, Ended>[]> {
    const ended = await this.ended.newest({ after: FIRST, before }, condition, limit)
    const begun = byId(await this.begun.find(ended.map(({ _id }) => _id)))
    return ended.flatMap((each) => {
      const found = begun.get(each._id)
      return found ? [{ begun: found, ended: each }] : []
    })
  }

  /**
   * Those that are open, the newest first: those after the mark, then those kept apart.
   * @param before ids from here on are left out
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async newestOpen(
    { mark, stragglers }: OpenSince,
    before: string,
    limit: number,
  ): Promise<Begun[]> {
    const open: Begun[] = []
    for (let end = before; ;) {
      const page = await this.begun.newest({ after: mark, before: end }, {}, PAGE)
      open.push(...(await this.stillOpen(page)))
      if (open.length >= limit) return open.slice(0, limit)
      if (page.length < PAGE) break
      end = page.at(-1)!._id
    }
    const apart = stragglers.filter((id) => id < before).toReversed()
    const found = byId(await this.begun.find(apart))
    const old = apart.flatMap((id) => found.get(id) ?? [])
    return [...open, ...(await this.stillOpen(old))].slice(0, limit)
  }

  /** The oldest that is open: one of those kept apart, or one after the mark. @throws DatabaseUnavailable, OutcomeUnknown */
  async oldestOpen({ mark, stragglers }: OpenSince): Promise<Begun | undefined> {
    const [straggler] = stragglers
    if (straggler !== undefined) return this.begun.get(straggler)
    for (let after = mark; ;) {
      const page = await this.begun.idsBetween(after, LAST, PAGE)
      const ended = await this.ended.present(page)
      const open = page.find((id) => !ended.has(id))
      if (open !== undefined) return this.begun.get(open)
      if (page.length < PAGE) return undefined
      after = page.at(-1)!
    }
  }

  /** Those of the records that have not ended. @throws DatabaseUnavailable, OutcomeUnknown */
  async stillOpen(begun: Begun[]): Promise<Begun[]> {
    const ended = await this.ended.present(begun.map(({ _id }) => _id))
    return begun.filter(({ _id }) => !ended.has(_id))
  }
}

function byId<Each extends RecordOf>(records: readonly Each[]): Map<string, Each> {
  return new Map(records.map((record) => [record._id, record]))
}
