import { Logger } from '@nestjs/common'
import { type Connection, type mongo } from 'mongoose'

import { firstIdAt } from '#contracts'

import { askDatabase } from './ask-database.js'
import { collectionOf } from './collection.js'
import { DURABLE } from './database.module.js'
import { FIRST } from './paired-records.js'
import { type RecordOf, type Records } from './records.js'
import { type WalkPosition } from './walk-position.repository.js'

const ANSWER_WITHIN = 2_000
/** Pairs of records removed at a time. */
const BATCH = 500
/** Batches at most before it is somebody else's turn. */
const BATCHES = 20
/** Milliseconds between two looks when there was no more. */
const LOOK_AGAIN = 10_000

/** What was begun and how it ended, and which of it is not kept for ever. */
export interface Retained<Begun extends RecordOf, Ended extends RecordOf> {
  begun: Pick<Records<Begun>, 'remove'>
  ended: Pick<Records<Ended>, 'oldest' | 'remove'>
  /** Of how it ended. */
  condition: mongo.Filter<Ended>
  endedAt: (record: Ended) => Date
  /** Milliseconds for which they are kept after they began and after they ended; 0 for ever. */
  keptFor: number
}

/**
 * Removes pairs of records that ended long ago: only what the walk has passed and booked. What was begun goes first, so
 * that nothing looks open again, and is found by how it ended until that is gone, too: whoever is killed in between, the
 * next one finishes it.
 */
export class Retention<Begun extends RecordOf, Ended extends RecordOf> {
  private readonly logger = new Logger(Retention.name)
  private lookAgainAt = -Infinity

  constructor(
    private readonly connection: Connection,
    private readonly position: WalkPosition,
    private readonly retained: Retained<Begun, Ended>,
  ) {}

  /** Removes what is kept no longer, as much as is done in a second or so. @throws DatabaseUnavailable, OutcomeUnknown */
  async look(): Promise<void> {
    const { keptFor } = this.retained
    if (keptFor === 0 || performance.now() < this.lookAgainAt) return
    const { removed, isDone } = await this.removeBefore(Date.now() - keptFor)
    if (isDone) this.lookAgainAt = performance.now() + LOOK_AGAIN
    if (removed > 0) this.logger.log(`Removed ${removed} records that are kept no longer.`)
  }

  /**
   * Removes the oldest of what was begun, and ended, before a time.
   * @param time milliseconds since the epoch
   * @returns how many pairs, and whether there may be more
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async removeBefore(time: number): Promise<{ removed: number; isDone: boolean }> {
    const { begun, ended, condition, endedAt } = this.retained
    const { mark, stragglers } = await this.position.read()
    // One that is kept apart is not booked yet, though it may have ended meanwhile.
    const apart = new Set(stragglers)
    const horizon = firstIdAt(time)
    const before = mark < horizon ? mark : horizon
    let after = FIRST
    let removed = 0
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const page = await ended.oldest({ after, before }, condition, BATCH)
      const ids = page
        .filter((record) => !apart.has(record._id) && endedAt(record).getTime() < time)
        .map(({ _id }) => _id)
      if (ids.length > 0) {
        await this.keepFrom(before)
        await begun.remove(ids)
        await ended.remove(ids)
        removed += ids.length
      }
      if (page.length < BATCH) return { removed, isDone: true }
      after = page.at(-1)!._id
    }
    return { removed, isDone: false }
  }

  /** Says, to whoever checks the books from outside, from which id on they are complete. */
  private async keepFrom(keptFrom: string): Promise<void> {
    await askDatabase(ANSWER_WITHIN, () =>
      collectionOf<{ _id: string; keptFrom: string }>(this.connection, 'retention').updateOne(
        { _id: 'records' },
        { $max: { keptFrom } },
        { upsert: true, writeConcern: DURABLE },
      ),
    )
  }
}
