import { type Connection } from 'mongoose'

import { askDatabase } from './ask-database.js'
import { collectionOf } from './collection.js'
import { DURABLE } from './database.module.js'

/** Milliseconds. */
const ANSWER_WITHIN = 2_000

interface LeaseRecord {
  _id: string
  holder: string | null
  until: Date
}

/**
 * One of several replicas does a piece of work: who holds the lease. Time is the database's, so replicas' clocks do
 * not matter. It keeps replicas from doing the same work; that the work is safe to do twice is the work's own affair.
 */
export class Lease {
  /**
   * @param name which work
   * @param holder this process
   * @param duration milliseconds a holder that says nothing keeps it
   */
  constructor(
    private readonly connection: Connection,
    private readonly name: string,
    private readonly holder: string,
    private readonly duration: number,
  ) {}

  /** Takes or keeps the lease. @returns whether this process holds it @throws DatabaseUnavailable, OutcomeUnknown */
  async hold(): Promise<boolean> {
    const isFree = { $or: [{ $eq: ['$holder', this.holder] }, { $lt: ['$until', '$$NOW'] }] }
    const until = { $add: ['$$NOW', this.duration] }
    const lease = await askDatabase(ANSWER_WITHIN, () =>
      this.leases.findOneAndUpdate(
        { _id: this.name },
        [
          {
            $set: {
              holder: { $cond: [isFree, this.holder, { $ifNull: ['$holder', this.holder] }] },
              until: { $cond: [isFree, until, { $ifNull: ['$until', until] }] },
            },
          },
        ],
        { upsert: true, returnDocument: 'after', writeConcern: DURABLE },
      ),
    )
    return lease?.holder === this.holder
  }

  /** Lets go, so that another process need not wait. */
  async release(): Promise<void> {
    await askDatabase(ANSWER_WITHIN, () =>
      this.leases.updateOne(
        { _id: this.name, holder: this.holder },
        { $set: { holder: null, until: new Date(0) } },
      ),
    )
  }

  private get leases() {
    return collectionOf<LeaseRecord>(this.connection, 'leases')
  }
}
