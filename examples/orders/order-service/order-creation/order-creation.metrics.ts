import { Injectable, type Provider } from '@nestjs/common'
import { InjectMetric, makeCounterProvider } from '@willsoto/nestjs-prometheus'
import { Counter } from 'prom-client'

import { type OrderStep } from '../orders/orders.repository.js'

export const orderMetricProviders: Provider[] = [
  makeCounterProvider({
    name: 'orders_saga_steps_total',
    help: 'Events of orders, by the state they met and what came of them.',
    labelNames: ['state', 'event', 'result'],
  }),
]

@Injectable()
export class OrderMetrics {
  constructor(@InjectMetric('orders_saga_steps_total') private readonly steps: Counter) {}

  taken(steps: readonly OrderStep[]): void {
    for (const { known, happening, step } of steps) {
      this.steps.inc({ state: known.state, event: happening.event, result: step.result })
    }
  }
}
