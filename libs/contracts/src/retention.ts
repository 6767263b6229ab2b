const DAY = 24 * 60 * 60 * 1_000

/** Milliseconds that dead letters are kept. */
export const DEAD_LETTER_RETENTION = 30 * DAY

/** Kafka deletes whole files, once their youngest message is old enough: a file takes messages for so long. Milliseconds. */
export const SEGMENT_AGE = DAY

/**
 * How long a topic keeps its messages.
 * @param sagaDeadline milliseconds
 * @returns milliseconds
 */
export function topicRetention(sagaDeadline: number): number {
  return Math.max(7 * DAY, 2 * sagaDeadline)
}

/**
 * How long after it was published a message may come again, at most: a dead letter of the topic's last day may be put
 * back on its own last day.
 * @param sagaDeadline milliseconds
 * @returns milliseconds
 */
export function mayComeAgainFor(sagaDeadline: number): number {
  return topicRetention(sagaDeadline) + DEAD_LETTER_RETENTION + 2 * SEGMENT_AGE
}
