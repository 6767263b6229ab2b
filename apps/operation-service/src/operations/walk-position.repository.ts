import { Injectable } from '@nestjs/common'
import { InjectConnection } from '@nestjs/mongoose'
import { type Connection } from 'mongoose'

import { askDatabase, collectionOf, WALK_START, type WalkState } from '#store'

/** Milliseconds. */
const ANSWER_WITHIN = 1_800

/** Where the walk over open operations has got to, as the replica that walks stores it now and then. */
@Injectable()
export class WalkPosition {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async read(): Promise<WalkState> {
    const stored = await askDatabase(ANSWER_WITHIN, () => this.positions.findOne({ _id: 'open' }))
    return stored ?? WALK_START
  }

  /** @throws DatabaseUnavailable, OutcomeUnknown */
  async store({ mark, stragglers, totals }: WalkState): Promise<void> {
    await askDatabase(ANSWER_WITHIN, () =>
      this.positions.updateOne(
        { _id: 'open' },
        { $set: { mark, stragglers, totals } },
        { upsert: true },
      ),
    )
  }

  private get positions() {
    return collectionOf<WalkState & { _id: string }>(this.connection, 'walk')
  }
}
