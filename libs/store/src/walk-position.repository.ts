import { Injectable } from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'
import { randomUUID } from 'node:crypto'

import { acceptedAt, firstIdAt } from '#contracts'

import { askDatabase } from './ask-database.js'
import { collectionOf } from './collection.js'
import { DURABLE } from './database.module.js'
import { SETTLING, WALK_START, type WalkState } from './open-walk.js'

/** Milliseconds. */
const ANSWER_WITHIN = 1_800
/** A record is late when its id is older than this: half of what the mark leaves alone, for clocks differ. Milliseconds. */
const LATE_AFTER = SETTLING / 2
const OPEN = 'open'

interface Position extends WalkState {
  _id: string
  /** Below the lowest id that was noticed since the last walk began. */
  late?: string
  /** The walk that may store its position. */
  walk: string
}

/**
 * Where the walk over what is open has got to, as the replica that walks stores it now and then. Only the walk that
 * began last stores it, so that a replica which was held up cannot undo what another one has booked.
 */
@Injectable()
export class WalkPosition {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** @returns a mark below which all is settled but for the stragglers @throws DatabaseUnavailable, OutcomeUnknown */
  async read(): Promise<WalkState> {
    const stored = await askDatabase(ANSWER_WITHIN, () => this.positions.findOne({ _id: OPEN }))
    return stateOf(stored)
  }

  /**
   * Begins a walk, from below what was noticed. Any other one that is under way stores nothing any more.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async begin(): Promise<{ walk: string; state: WalkState }> {
    const walk = randomUUID()
    const mark = { $min: [{ $ifNull: ['$mark', WALK_START.mark] }, '$late'] }
    const stored = await askDatabase(ANSWER_WITHIN, () =>
      this.positions.findOneAndUpdate(
        { _id: OPEN },
        [{ $set: { mark, walk } }, { $unset: 'late' }],
        { upsert: true, returnDocument: 'after', writeConcern: DURABLE },
      ),
    )
    return { walk, state: stateOf(stored) }
  }

  /** @returns whether this walk is still the one that began last @throws DatabaseUnavailable, OutcomeUnknown */
  async store(walk: string, { mark, stragglers, totals }: WalkState): Promise<boolean> {
    const { matchedCount } = await askDatabase(ANSWER_WITHIN, () =>
      this.positions.updateOne({ _id: OPEN, walk }, { $set: { mark, stragglers, totals } }),
    )
    return matchedCount === 1
  }

  /**
   * To be called after open records were stored, and before that is told to anybody: where ids are so old that the mark
   * may be past them, the next walk begins below them.
   * @throws DatabaseUnavailable, OutcomeUnknown
   */
  async notice(ids: readonly string[]): Promise<void> {
    const young = firstIdAt(Date.now() - LATE_AFTER)
    let lowest = young
    for (const id of ids) if (id < lowest) lowest = id
    if (lowest === young) return
    const late = firstIdAt(acceptedAt(lowest) - 1)
    await askDatabase(ANSWER_WITHIN, () =>
      this.positions.updateOne(
        { _id: OPEN },
        { $min: { late } },
        { upsert: true, writeConcern: DURABLE },
      ),
    )
  }

  private get positions() {
    return collectionOf<Position>(this.connection, 'walk')
  }
}

function stateOf(stored: Partial<Position> | null): WalkState {
  const { mark: reached, late, stragglers, totals } = { late: undefined, ...WALK_START, ...stored }
  const mark = late !== undefined && late < reached ? late : reached
  // Those above it are met by the walk.
  return { mark, stragglers: stragglers.filter((id) => id <= mark), totals }
}
