import { Injectable, type Provider } from '@nestjs/common'
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus'
import { Counter, Gauge, Histogram } from 'prom-client'

import { type DeadLetterReason } from './decode.js'

export const kafkaMetricProviders: Provider[] = [
  makeCounterProvider({
    name: 'tideway_messages_handled_total',
    help: 'Messages handed to a handler, by result: handled, failed, retried or buried.',
    labelNames: ['topic', 'result'],
  }),
  makeHistogramProvider({
    name: 'tideway_message_batch_size',
    help: 'Messages in one call of a handler.',
    labelNames: ['topic'],
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000],
  }),
  makeHistogramProvider({
    name: 'tideway_handle_duration_seconds',
    help: 'Time one call of a handler took.',
    labelNames: ['topic'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  }),
  makeCounterProvider({
    name: 'tideway_dead_letters_total',
    help: 'Messages put among the dead letters.',
    labelNames: ['topic', 'reason'],
  }),
  makeGaugeProvider({
    name: 'tideway_in_flight',
    help: 'Messages in the hands of a handler.',
    labelNames: ['topic'],
  }),
  makeGaugeProvider({
    name: 'tideway_partition_paused',
    help: '1 while a partition waits for a person: many messages fail, or one has a newer schema.',
    labelNames: ['topic', 'partition', 'reason'],
  }),
]

/** What the transport counts and measures. */
@Injectable()
export class KafkaMetrics {
  constructor(
    @InjectMetric('tideway_messages_handled_total') private readonly handled: Counter,
    @InjectMetric('tideway_message_batch_size') private readonly batchSize: Histogram,
    @InjectMetric('tideway_handle_duration_seconds') private readonly duration: Histogram,
    @InjectMetric('tideway_dead_letters_total') private readonly deadLetters: Counter,
    @InjectMetric('tideway_in_flight') private readonly inFlight: Gauge,
    @InjectMetric('tideway_partition_paused') private readonly partitionPaused: Gauge,
  ) {}

  /** A handler begins with messages. @returns to be called with how it ended */
  handling(topic: string, messages: number): (result: 'handled' | 'failed') => void {
    this.batchSize.observe({ topic }, messages)
    this.inFlight.inc({ topic }, messages)
    const end = this.duration.startTimer({ topic })
    return (result) => {
      end()
      this.inFlight.dec({ topic }, messages)
      this.handled.inc({ topic, result }, messages)
    }
  }

  retried(topic: string): void {
    this.handled.inc({ topic, result: 'retried' })
  }

  buried(topic: string, reason: DeadLetterReason): void {
    this.deadLetters.inc({ topic, reason })
    this.handled.inc({ topic, result: 'buried' })
  }

  paused(
    topic: string,
    partition: number,
    reason: 'many-failures' | 'newer-schema',
    paused: boolean,
  ): void {
    this.partitionPaused.set({ topic, partition, reason }, paused ? 1 : 0)
  }
}
