import { type KafkaMetrics } from '../src/kafka.metrics.js'

/** Notes what is counted, as words. */
export class FakeMetrics implements Pick<KafkaMetrics, keyof KafkaMetrics> {
  readonly seen: string[] = []

  handling(_topic: string, messages: number) {
    return (result: 'handled' | 'failed') => void this.seen.push(`${result} ${messages}`)
  }

  retried(): void {
    this.seen.push('retried')
  }

  buried(_topic: string, reason: string): void {
    this.seen.push(`buried ${reason}`)
  }

  paused(_topic: string, partition: number, reason: string, paused: boolean): void {
    this.seen.push(`${paused ? 'paused' : 'resumed'} ${partition} ${reason}`)
  }

  count(what: string): number {
    return this.seen.filter((each) => each === what).length
  }
}
