/** The metadata of KEDA's trigger `kafka` that its arithmetic reads. */
export interface KafkaTrigger {
  lagThreshold: number
  activationLagThreshold: number
  offsetResetPolicy: 'latest' | 'earliest'
  allowIdleConsumers: boolean
  limitToPartitionsWithLag: boolean
  /** Since KEDA 2.18. */
  ensureEvenDistributionOfPartitions: boolean
  excludePersistentLag: boolean
  scaleToZeroOnInvalidOffset: boolean
}

export interface PartitionOffsets {
  /** The offset that the next record will have. */
  end: number
  /** Undefined: the group has never committed one. */
  committed: number | undefined
}

export interface KafkaLag {
  trigger: KafkaTrigger
  partitions: number
  partitionsWithLag: number
  /** The sum over the partitions, before any bound. */
  counted: number
  /** What the HPA is told. */
  metric: number
  /** What decides between none and some: with what excludePersistentLag left out. */
  withPersistent: number
  isActive: boolean
}

/** Offsets that were committed when last looked, by partition: for excludePersistentLag. */
export type PreviousOffsets = ReadonlyMap<number, number>

/**
 * A trigger with KEDA's defaults: `parseKafkaMetadata`, pkg/scalers/kafka_scaler.go, KEDA 2.16.1;
 * `ensureEvenDistributionOfPartitions` as in 2.18.0.
 *
 * @throws RangeError for what KEDA refuses, too
 */
export function kafkaTrigger(given: Partial<KafkaTrigger> = {}): KafkaTrigger {
  const trigger: KafkaTrigger = {
    lagThreshold: 10,
    activationLagThreshold: 0,
    offsetResetPolicy: 'latest',
    allowIdleConsumers: false,
    limitToPartitionsWithLag: false,
    ensureEvenDistributionOfPartitions: false,
    excludePersistentLag: false,
    scaleToZeroOnInvalidOffset: false,
    ...given,
  }
  const { lagThreshold, activationLagThreshold, limitToPartitionsWithLag } = trigger
  if (!(Number.isInteger(lagThreshold) && lagThreshold > 0)) {
    throw new RangeError(`lagThreshold is ${lagThreshold}: give a whole number above 0.`)
  }
  if (!(Number.isInteger(activationLagThreshold) && activationLagThreshold >= 0)) {
    throw new RangeError(
      `activationLagThreshold is ${activationLagThreshold}: give a whole number, 0 or more.`,
    )
  }
  if (limitToPartitionsWithLag && trigger.allowIdleConsumers) {
    throw new RangeError('allowIdleConsumers and limitToPartitionsWithLag exclude each other.')
  }
  if (limitToPartitionsWithLag && trigger.ensureEvenDistributionOfPartitions) {
    throw new RangeError(
      'ensureEvenDistributionOfPartitions and limitToPartitionsWithLag exclude each other.',
    )
  }
  return trigger
}

/**
 * The lag of a group in a topic as KEDA reports it: `getTotalLag` and `GetMetricsAndActivity`.
 *
 * @param offsets by partition
 * @returns the lag, and the offsets to hand to the next call
 */
export function kafkaLag(
  trigger: KafkaTrigger,
  offsets: readonly PartitionOffsets[],
  previous: PreviousOffsets = new Map(),
): { lag: KafkaLag; previous: PreviousOffsets } {
  const lags = offsets.map((partition, id) => lagOf(trigger, partition, previous.get(id)))
  const counted = sum(lags.map(({ lag }) => lag))
  const withPersistent = sum(lags.map((one) => one.withPersistent))
  const partitionsWithLag = lags.filter(({ lag }) => lag > 0).length
  const seen = offsets.flatMap(({ committed }, id): [number, number][] =>
    committed === undefined ? [] : [[id, committed]],
  )
  return {
    lag: {
      trigger,
      partitions: offsets.length,
      partitionsWithLag,
      counted,
      withPersistent,
      metric: bounded(trigger, counted, offsets.length, partitionsWithLag),
      isActive: withPersistent > trigger.activationLagThreshold,
    },
    previous: trigger.excludePersistentLag ? new Map([...previous, ...seen]) : previous,
  }
}

/** `getLagForPartition` */
function lagOf(
  trigger: KafkaTrigger,
  { end, committed }: PartitionOffsets,
  previous: number | undefined,
): { lag: number; withPersistent: number } {
  if (committed === undefined) {
    const lag = trigger.scaleToZeroOnInvalidOffset
      ? 0
      : trigger.offsetResetPolicy === 'latest'
        ? 1
        : end
    return { lag, withPersistent: lag }
  }
  const lag = end - committed
  const isStuck = trigger.excludePersistentLag && previous === committed
  return { lag: isStuck ? 0 : lag, withPersistent: lag }
}

/**
 * No more than the bound times the threshold. It is compared as whole thresholds, so that up to one threshold more passes:
 * the HPA may then ask for one replica more than there are partitions.
 */
function bounded(
  trigger: KafkaTrigger,
  counted: number,
  partitions: number,
  partitionsWithLag: number,
): number {
  const { lagThreshold, ensureEvenDistributionOfPartitions: isEven } = trigger
  if (trigger.allowIdleConsumers && !trigger.limitToPartitionsWithLag && !isEven) return counted
  const total = isEven ? evenReplicas(counted, partitions, lagThreshold) * lagThreshold : counted
  const bound = trigger.limitToPartitionsWithLag ? partitionsWithLag : partitions
  return Math.trunc(total / lagThreshold) > bound ? bound * lagThreshold : total
}

/** `getNextFactorThatBalancesConsumersToTopicPartitions`, KEDA 2.18.0: the least divisor that is enough. */
export function evenReplicas(lag: number, partitions: number, lagThreshold: number): number {
  for (let factor = 1; factor <= partitions; factor += 1) {
    if (partitions % factor === 0 && factor * lagThreshold >= lag) return factor
  }
  return partitions
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
