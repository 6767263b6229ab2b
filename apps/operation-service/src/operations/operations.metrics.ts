import { Injectable, type Provider } from '@nestjs/common'
import {
  InjectMetric,
  makeCounterProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus'
import { Counter, Histogram } from 'prom-client'

import { acceptedAt } from '#contracts'

import { type OutcomeRecord } from './outcome.schema.js'

export const operationMetricProviders: Provider[] = [
  makeCounterProvider({
    name: 'tideway_operations_accepted_total',
    help: 'Operations stored.',
  }),
  makeCounterProvider({
    name: 'tideway_operations_finished_total',
    help: 'Operations that ended, by state; after an outage of the database some may be counted as repeated responses.',
    labelNames: ['state'],
  }),
  makeCounterProvider({
    name: 'tideway_operation_responses_ignored_total',
    help: 'Responses that changed nothing: repeated, or to an operation that does not exist.',
    labelNames: ['reason'],
  }),
  makeHistogramProvider({
    name: 'tideway_operation_duration_seconds',
    help: 'From the acceptance of an operation to its end.',
    buckets: [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10, 30, 60, 300, 3600],
  }),
]

@Injectable()
export class OperationMetrics {
  constructor(
    @InjectMetric('tideway_operations_accepted_total') private readonly acceptedTotal: Counter,
    @InjectMetric('tideway_operations_finished_total') private readonly finishedTotal: Counter,
    @InjectMetric('tideway_operation_responses_ignored_total') private readonly ignored: Counter,
    @InjectMetric('tideway_operation_duration_seconds') private readonly duration: Histogram,
  ) {
    // Told as 0 from the start: what a first scrape finds at 5 has not increased.
    for (const state of ['completed', 'failed']) this.finishedTotal.inc({ state }, 0)
  }

  accepted(operations: number): void {
    this.acceptedTotal.inc(operations)
  }

  finished({ _id, state, finishedAt }: Pick<OutcomeRecord, '_id' | 'state' | 'finishedAt'>): void {
    this.finishedTotal.inc({ state })
    this.duration.observe(Math.max(0, finishedAt.getTime() - acceptedAt(_id)) / 1_000)
  }

  repeated(responses: number): void {
    this.ignored.inc({ reason: 'repeated' }, responses)
  }

  unknown(responses: number): void {
    this.ignored.inc({ reason: 'unknown' }, responses)
  }
}
