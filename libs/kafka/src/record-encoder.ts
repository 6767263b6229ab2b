import { createRequire } from 'node:module'

/** A record as kafkajs hands it to its encoder; deltas are to the batch's first record. */
export interface BatchRecord {
  offsetDelta?: number
  /** Milliseconds. */
  timestampDelta?: number
  key?: Buffer | string | null
  value: Buffer | string | null
  headers?: Record<string, Buffer | string | (Buffer | string)[]>
}

/** What kafkajs reads of its own encoder. */
export interface EncodedRecord {
  buf: Buffer
  buffer: Buffer
}

/**
 * One record of a batch in Kafka's format, version 2 (Kafka protocol guide, "Record"): lengths and deltas are zigzag
 * varints. The size is known before anything is written, so that there is one buffer and each byte is written once.
 * @throws TypeError for what is neither text nor bytes
 */
export function encodeRecord({
  offsetDelta = 0,
  timestampDelta = 0,
  key,
  value,
  headers = {},
}: BatchRecord): EncodedRecord {
  const keySize = sizeOf(key)
  const valueSize = sizeOf(value)
  let headerCount = 0
  let headerBytes = 0
  for (const name in headers) {
    const nameSize = Buffer.byteLength(name)
    for (const one of valuesOf(headers[name])) {
      headerCount += 1
      headerBytes += sizeOfVarint(nameSize) + nameSize + sizeWithLength(sizeOf(one))
    }
  }
  const bodySize =
    1 +
    sizeOfVarint(timestampDelta) +
    sizeOfVarint(offsetDelta) +
    sizeWithLength(keySize) +
    sizeWithLength(valueSize) +
    sizeOfVarint(headerCount) +
    headerBytes

  const buffer = Buffer.allocUnsafe(sizeOfVarint(bodySize) + bodySize)
  let at = writeVarint(buffer, bodySize, 0)
  buffer[at] = 0
  at = writeVarint(buffer, timestampDelta, at + 1)
  at = writeVarint(buffer, offsetDelta, at)
  at = writeBytes(buffer, key, keySize, at)
  at = writeBytes(buffer, value, valueSize, at)
  at = writeVarint(buffer, headerCount, at)
  for (const name in headers) {
    const nameSize = Buffer.byteLength(name)
    for (const one of valuesOf(headers[name])) {
      at = writeBytes(buffer, name, nameSize, at)
      at = writeBytes(buffer, one, sizeOf(one), at)
    }
  }
  return { buf: buffer, buffer }
}

type Bytes = Buffer | string | null | undefined

function valuesOf(header: Bytes | (Buffer | string)[]): Bytes[] {
  return Array.isArray(header) ? header : [header]
}

/** -1: null. */
function sizeOf(bytes: Bytes): number {
  return bytes == null ? -1 : Buffer.byteLength(bytes)
}

function sizeWithLength(size: number): number {
  return sizeOfVarint(size) + Math.max(0, size)
}

/** Of a whole number within 31 bits and its sign. */
function sizeOfVarint(value: number): number {
  let rest = zigzag(value)
  let size = 1
  while (rest > 0x7f) {
    rest >>>= 7
    size += 1
  }
  return size
}

function writeVarint(buffer: Buffer, value: number, at: number): number {
  let rest = zigzag(value)
  while (rest > 0x7f) {
    buffer[at] = (rest & 0x7f) | 0x80
    rest >>>= 7
    at += 1
  }
  buffer[at] = rest
  return at + 1
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0
}

function writeBytes(buffer: Buffer, bytes: Bytes, size: number, at: number): number {
  const start = writeVarint(buffer, size, at)
  if (typeof bytes === 'string') buffer.write(bytes, start)
  else if (bytes) bytes.copy(buffer, start)
  return start + Math.max(0, size)
}

/**
 * kafkajs 2.2.4 encodes a record with an object and a zeroed buffer of 512 bytes for itself and for each header, and an
 * array for each number: half of what producing costs. `encodeRecord` writes the same bytes. It is put in the place of
 * kafkajs' module, which kafkajs loads with its first request to produce; for the whole process.
 */
export function replaceRecordEncoder(): void {
  const require = createRequire(import.meta.url)
  const file = require.resolve('kafkajs/src/protocol/recordBatch/record/v0/index.js')
  require(file)
  require.cache[file]!.exports = encodeRecord
}
