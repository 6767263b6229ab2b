import { Injectable } from '@nestjs/common'
import { InjectModel } from '@nestjs/mongoose'
import { type Model } from 'mongoose'

import { type Reading, Records } from '#store'

import { type StockEvent, type StockState } from '../../contracts/stock.saga.js'
import { type Happening, type SagaStore, type Taken } from '../../saga/take-steps.js'
import { ReleaseRecord, ReservationRecord } from './stock.schema.js'

/** With the record that it writes, should the table say so. */
export type StockHappening = Happening<StockEvent> & {
  reservation?: ReservationRecord
  release?: ReleaseRecord
}

export interface KnownStock {
  state: StockState
  reservation?: ReservationRecord
  release?: ReleaseRecord
}

export type StockStep = Taken<StockState, StockHappening, KnownStock>

/** The store of stock-service. */
@Injectable()
export class StockRepository implements SagaStore<StockState, StockHappening, KnownStock> {
  readonly reservations: Records<ReservationRecord>
  readonly releases: Records<ReleaseRecord>

  constructor(
    @InjectModel(ReservationRecord.name) reservation: Model<ReservationRecord>,
    @InjectModel(ReleaseRecord.name) release: Model<ReleaseRecord>,
  ) {
    this.reservations = new Records(reservation)
    this.releases = new Records(release)
  }

  async read(ids: readonly string[], reading: Reading): Promise<Map<string, KnownStock>> {
    const [reservations, releases] = await Promise.all([
      this.reservations.find(ids, reading),
      this.releases.find(ids, reading),
    ])
    const reserved = new Map(reservations.map((record) => [record._id, record]))
    const released = new Map(releases.map((record) => [record._id, record]))
    return new Map(
      ids.map((id) => {
        const [reservation, release] = [reserved.get(id), released.get(id)]
        const state = release ? 'released' : (reservation?.decision ?? 'absent')
        return [
          id,
          { state, ...(reservation ? { reservation } : {}), ...(release ? { release } : {}) },
        ]
      }),
    )
  }

  async write(steps: readonly StockStep[]): Promise<Set<string>> {
    const happenings = steps.map(({ happening }) => happening)
    const [reserved, released] = await Promise.all([
      this.reservations.insert(happenings.flatMap(({ reservation }) => reservation ?? [])),
      this.releases.insert(happenings.flatMap(({ release }) => release ?? [])),
    ])
    return reserved.union(released)
  }
}
