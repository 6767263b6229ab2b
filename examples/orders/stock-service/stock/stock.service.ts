import { Inject, Injectable } from '@nestjs/common'

import { Publisher } from '#kafka'
import { type TraceContext } from '#service-defaults'

import { type MessageOf } from '../../contracts/contracts.js'
import { STOCK_FOLLOWS, stockSaga } from '../../contracts/stock.saga.js'
import { type OrderPublisher } from '../../saga/order-topics.js'
import { takeSteps } from '../../saga/take-steps.js'
import { judge } from './stock.policy.js'
import { StockRepository, type StockHappening, type StockStep } from './stock.repository.js'

/** An order for more than these is sold out. */
export const STOCK_MOST = Symbol('STOCK_MOST')

/** Reserves stock for orders, and releases it. */
@Injectable()
export class Stock {
  constructor(
    private readonly repository: StockRepository,
    @Inject(Publisher) private readonly publisher: OrderPublisher,
    @Inject(STOCK_MOST) private readonly most: number,
  ) {}

  reserve(requests: MessageOf<'stock-reserve'>[], traces: readonly TraceContext[]): Promise<void> {
    return this.run(
      requests.map(({ operationId, item, quantity }, index) => {
        const event = judge({ quantity }, this.most)
        const decision = event === 'granted' ? 'reserved' : 'sold-out'
        return {
          id: operationId,
          event,
          reservation: { _id: operationId, item, quantity, decision, decidedAt: new Date() },
          trace: traces[index],
        }
      }),
    )
  }

  release(requests: MessageOf<'stock-release'>[], traces: readonly TraceContext[]): Promise<void> {
    return this.run(
      requests.map(({ operationId }, index) => ({
        id: operationId,
        event: 'dismissed',
        release: { _id: operationId, releasedAt: new Date() },
        trace: traces[index],
      })),
    )
  }

  private async run(happenings: StockHappening[]): Promise<void> {
    const taken = await takeSteps(happenings, stockSaga, this.repository)
    const following = (topic: string) =>
      taken.filter(({ after }) => after !== 'absent' && STOCK_FOLLOWS[after] === topic)
    const [reserved, released] = [
      following('stock-reserve-response'),
      following('stock-release-response'),
    ]
    const traces = (steps: StockStep[]) => steps.map(({ happening }) => happening.trace)
    await Promise.all([
      this.publisher.publish(
        'stock-reserve-response',
        reserved.map(reservationResponse),
        traces(reserved),
      ),
      this.publisher.publish(
        'stock-release-response',
        released.map(releaseResponse),
        traces(released),
      ),
    ])
  }
}

/** What is stored, and not what this message would have been: all answers about an order say the same. */
function reservationResponse({ known, happening }: StockStep): MessageOf<'stock-reserve-response'> {
  const { decision, decidedAt } = known.reservation ?? happening.reservation!
  return { operationId: happening.id, decision, decidedAt: decidedAt.toISOString() }
}

function releaseResponse({ known, happening }: StockStep): MessageOf<'stock-release-response'> {
  const { releasedAt } = known.release ?? happening.release!
  return { operationId: happening.id, releasedAt: releasedAt.toISOString() }
}
