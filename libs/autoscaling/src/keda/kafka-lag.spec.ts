import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  evenReplicas,
  kafkaLag,
  kafkaTrigger,
  type KafkaTrigger,
  type PartitionOffsets,
} from './kafka-lag.js'

function lagging(...lags: number[]): PartitionOffsets[] {
  return lags.map((lag) => ({ end: 1_000 + lag, committed: 1_000 }))
}

function metricOf(given: Partial<KafkaTrigger>, offsets: PartitionOffsets[]): number {
  return kafkaLag(kafkaTrigger(given), offsets).lag.metric
}

describe("KEDA's lag", () => {
  it('is the sum over the partitions', () => {
    expect(metricOf({ lagThreshold: 50 }, lagging(10, 0, 30))).toBe(40)
  })

  it('is no more than the partitions times the threshold', () => {
    expect(metricOf({ lagThreshold: 10 }, lagging(1_000, 1_000, 1_000))).toBe(30)
  })

  it('is compared as whole thresholds: up to one more passes', () => {
    expect(metricOf({ lagThreshold: 10 }, lagging(39, 0, 0))).toBe(39)
    expect(metricOf({ lagThreshold: 10 }, lagging(40, 0, 0))).toBe(30)
  })

  it('has no bound with allowIdleConsumers', () => {
    expect(metricOf({ allowIdleConsumers: true }, lagging(1_000, 1_000))).toBe(2_000)
  })

  it('is bounded by the partitions with lag, with limitToPartitionsWithLag (testScalingOnlyPartitionsWithLag)', () => {
    const given = { lagThreshold: 1, activationLagThreshold: 1, limitToPartitionsWithLag: true }
    expect(metricOf(given, lagging(6, 0, 0))).toBe(1)
    expect(metricOf(given, lagging(6, 5, 0))).toBe(2)
  })

  it('has at most as many replicas as partitions (testEarliestPolicy: seven messages, three partitions)', () => {
    expect(metricOf({ lagThreshold: 1, activationLagThreshold: 1 }, lagging(3, 2, 2))).toBe(3)
  })
})

describe('ensureEvenDistributionOfPartitions', () => {
  it.each([
    [10, 1],
    [20, 2],
    [40, 4],
    [50, 5],
    [99, 10],
    [100, 10],
    [101, 20],
  ])("takes KEDA's own examples (TestGetNextFactor): a lag of %i, %i replicas", (lag, factor) => {
    expect(evenReplicas(lag, 100, 10)).toBe(factor)
  })

  it('tells the HPA so much that it asks for a divisor', () => {
    const given = { lagThreshold: 10, ensureEvenDistributionOfPartitions: true }
    expect(metricOf(given, lagging(45, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toBe(60)
    expect(metricOf(given, lagging(5_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))).toBe(120)
  })
})

describe('Activity', () => {
  const isActive = (given: Partial<KafkaTrigger>, offsets: PartitionOffsets[]) =>
    kafkaLag(kafkaTrigger(given), offsets).lag.isActive

  it('begins above the threshold, not at it', () => {
    expect(isActive({ activationLagThreshold: 5 }, lagging(5))).toBe(false)
    expect(isActive({ activationLagThreshold: 5 }, lagging(6))).toBe(true)
    expect(isActive({}, lagging(0))).toBe(false)
    expect(isActive({}, lagging(1))).toBe(true)
  })
})

describe('A partition of which nothing was ever committed', () => {
  const never = [{ end: 70, committed: undefined }]

  it('counts as one when the group begins at the latest record, so that somebody comes to commit', () => {
    expect(metricOf({}, never)).toBe(1)
  })

  it('counts as all it has when the group begins at the earliest', () => {
    expect(metricOf({ offsetResetPolicy: 'earliest', allowIdleConsumers: true }, never)).toBe(70)
  })

  it('counts as nothing with scaleToZeroOnInvalidOffset', () => {
    expect(metricOf({ scaleToZeroOnInvalidOffset: true }, never)).toBe(0)
    expect(
      metricOf({ offsetResetPolicy: 'earliest', scaleToZeroOnInvalidOffset: true }, never),
    ).toBe(0)
  })
})

describe('excludePersistentLag', () => {
  const trigger = kafkaTrigger({ excludePersistentLag: true, lagThreshold: 100 })
  const offsets = [
    { end: 50, committed: 10 },
    { end: 50, committed: 20 },
  ]

  it('counts a partition once, then leaves it out until its offset moves', () => {
    const first = kafkaLag(trigger, offsets)
    expect(first.lag.metric).toBe(70)
    const second = kafkaLag(
      trigger,
      [
        { end: 90, committed: 10 },
        { end: 60, committed: 30 },
      ],
      first.previous,
    )
    expect(second.lag).toMatchObject({ metric: 30, withPersistent: 110, partitionsWithLag: 1 })
    const third = kafkaLag(
      trigger,
      [
        { end: 90, committed: 11 },
        { end: 60, committed: 60 },
      ],
      second.previous,
    )
    expect(third.lag.metric).toBe(79)
  })

  it('keeps the trigger active for what it leaves out', () => {
    const { previous } = kafkaLag(trigger, offsets)
    expect(kafkaLag(trigger, offsets, previous).lag).toMatchObject({ metric: 0, isActive: true })
  })

  it('remembers nothing when it is off', () => {
    expect(kafkaLag(kafkaTrigger(), offsets).previous.size).toBe(0)
  })
})

describe('A trigger', () => {
  it.each<[Partial<KafkaTrigger>, string]>([
    [{ lagThreshold: 0 }, 'lagThreshold is 0'],
    [{ lagThreshold: 1.5 }, 'lagThreshold is 1.5'],
    [{ activationLagThreshold: -1 }, 'activationLagThreshold is -1'],
    [{ allowIdleConsumers: true, limitToPartitionsWithLag: true }, 'exclude each other'],
    [
      { ensureEvenDistributionOfPartitions: true, limitToPartitionsWithLag: true },
      'exclude each other',
    ],
  ])('refuses %j, as KEDA does', (given, sentence) => {
    expect(() => kafkaTrigger(given)).toThrow(sentence)
  })
})

describe('Whatever the offsets', () => {
  const lags = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 50 })
  const lagThreshold = fc.integer({ min: 1, max: 1_000 })

  it('the HPA is never told more than one threshold beyond the partitions', () => {
    fc.assert(
      fc.property(lags, lagThreshold, fc.boolean(), (all, threshold, even) => {
        const given = { lagThreshold: threshold, ensureEvenDistributionOfPartitions: even }
        const beyond = even ? 0 : threshold - 1
        expect(metricOf(given, lagging(...all))).toBeLessThanOrEqual(
          all.length * threshold + beyond,
        )
      }),
    )
  })

  it('an even distribution divides the partitions', () => {
    fc.assert(
      fc.property(lags, lagThreshold, (all, threshold) => {
        const given = { lagThreshold: threshold, ensureEvenDistributionOfPartitions: true }
        expect(all.length % (metricOf(given, lagging(...all)) / threshold)).toBe(0)
      }),
    )
  })
})
