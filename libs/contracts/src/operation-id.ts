import { v7 } from 'uuid'

/** Lower-case UUIDv7, as `uuid` and `GET /operations/{id}` write it. */
export const OPERATION_ID_PATTERN =
  '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$'

/** Random bytes are asked for this many ids at a time: each asking is a system call. */
const POOL = 256
const RANDOM_BYTES = 16

const pool = new Uint8Array(POOL * RANDOM_BYTES)
let used = POOL
let lastTime = 0
let sequence = 0

/** A new id. Ids of one process only grow; ids of several are ordered by their clocks' milliseconds. */
export function newOperationId(): string {
  const random = randomBytes()
  const now = Date.now()
  if (now > lastTime) {
    lastTime = now
    // A quarter of the range, so that a millisecond has room for billions more.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 2
  } else sequence += 1
  return v7({ random, msecs: lastTime, seq: sequence })
}

function randomBytes(): Uint8Array {
  if (used === POOL) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += 1
  return pool.subarray((used - 1) * RANDOM_BYTES, used * RANDOM_BYTES)
}

/**
 * When the operation was accepted: the first 48 bits of a UUIDv7 (RFC 9562, 5.7).
 * @returns milliseconds since the epoch
 */
export function acceptedAt(operationId: string): number {
  return parseInt(operationId.slice(0, 8) + operationId.slice(9, 13), 16)
}

/**
 * The smallest id that can have been accepted at `time`: every id below it is older.
 * @param time milliseconds since the epoch; what lies before it counts as the epoch
 */
export function firstIdAt(time: number): string {
  const hex = Math.max(0, Math.floor(time)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`
}
