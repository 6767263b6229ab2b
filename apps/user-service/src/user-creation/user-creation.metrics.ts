import { Injectable, type Provider } from '@nestjs/common'
import { InjectMetric, makeCounterProvider } from '@willsoto/nestjs-prometheus'
import { Counter } from 'prom-client'

import { type Step, type UserEvent, type UserState } from '#contracts'

export const sagaMetricProviders: Provider[] = [
  makeCounterProvider({
    name: 'tideway_saga_steps_total',
    help: 'Events of the user-creation saga, by the state they met and what came of them.',
    labelNames: ['state', 'event', 'result'],
  }),
]

@Injectable()
export class SagaMetrics {
  constructor(@InjectMetric('tideway_saga_steps_total') private readonly steps: Counter) {}

  taken(steps: [UserState, UserEvent, Step['result']][]): void {
    for (const [state, event, result] of steps) this.steps.inc({ state, event, result })
  }
}
